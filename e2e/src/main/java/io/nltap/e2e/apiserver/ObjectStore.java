// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;

/**
 * The objects and the recent history, as etcd has them: one counter of versions, every change numbered by it. Callers
 * hold this store's monitor over everything that must happen at once.
 */
final class ObjectStore {
    private static final int HISTORY = 20_000;

    private final NavigableMap<ObjectKey, ObjectNode> objects = new TreeMap<>();
    private final Deque<Change> history = new ArrayDeque<>();
    private final Set<Consumer<Change>> listeners = new CopyOnWriteArraySet<>();
    private long version = 1;

    synchronized long version() {
        return version;
    }

    /** The stored object itself: whoever changes it copies it first. */
    synchronized Optional<ObjectNode> get(ObjectKey key) {
        return Optional.ofNullable(objects.get(key));
    }

    synchronized List<Map.Entry<ObjectKey, ObjectNode>> list(ResourceKind kind, String namespace) {
        ObjectKey first = new ObjectKey(kind.group(), kind.plural(), namespace, "");
        return objects.tailMap(first, true).entrySet().stream()
                .takeWhile(entry -> entry.getKey().group().equals(kind.group())
                        && entry.getKey().plural().equals(kind.plural())
                        && (namespace.isEmpty() || entry.getKey().namespace().equals(namespace)))
                .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .toList();
    }

    synchronized Collection<Map.Entry<ObjectKey, ObjectNode>> all() {
        return objects.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** Stores the object under a new version, which it writes into it. */
    synchronized ObjectNode put(ObjectKey key, ObjectNode object) {
        version++;
        object.withObject("/metadata").put("resourceVersion", Long.toString(version));
        publish(new Change(version, key, objects.put(key, object), object));
        return object;
    }

    synchronized void remove(ObjectKey key) {
        ObjectNode removed = objects.remove(key);
        if (removed != null) {
            version++;
            ObjectNode last = removed.deepCopy();
            last.withObject("/metadata").put("resourceVersion", Long.toString(version));
            publish(new Change(version, key, last, null));
        }
    }

    /**
     * The changes after a version, oldest first.
     *
     * @throws ApiException 410 when the history does not reach back that far
     */
    synchronized List<Change> since(long after) {
        Change oldest = history.peekFirst();
        if (oldest != null && oldest.version() > after + 1 && history.size() >= HISTORY) {
            throw ApiException.expired(oldest.version());
        }
        return history.stream().filter(change -> change.version() > after).toList();
    }

    void addListener(Consumer<Change> listener) {
        listeners.add(listener);
    }

    void removeListener(Consumer<Change> listener) {
        listeners.remove(listener);
    }

    private void publish(Change change) {
        if (history.size() == HISTORY) {
            history.removeFirst();
        }
        history.addLast(change);
        listeners.forEach(listener -> listener.accept(change));
    }
}
