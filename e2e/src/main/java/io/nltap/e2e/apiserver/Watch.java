// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One client that watches a collection, over a web socket: starts with what it missed and follows from there. */
final class Watch extends WebSocketListener implements Consumer<Change> {
    private static final int GOING_AWAY = 1001;

    private final ObjectStore store;
    private final ResourceKind kind;
    private final ApiPath path;
    private final Predicate<JsonNode> selected;
    private final Executor sender;
    private final Consumer<Watch> onClosed;
    private volatile @Nullable WebSocket socket;

    /** @param sender runs its tasks one after the other, which keeps the order of events */
    Watch(ObjectStore store, ResourceKind kind, ApiPath path, Executor sender, Consumer<Watch> onClosed) {
        this.store = store;
        this.kind = kind;
        this.path = path;
        this.selected = Selector.labels(path.parameter("labelSelector"))
                .and(Selector.fields(path.parameter("fieldSelector")))
                .and(object -> path.name().isEmpty()
                        || object.at("/metadata/name").asText().equals(path.name()));
        this.sender = sender;
        this.onClosed = onClosed;
    }

    @Override
    public void onOpen(WebSocket webSocket, Response response) {
        synchronized (store) {
            socket = webSocket;
            try {
                catchUp();
                store.addListener(this);
            } catch (ApiException e) {
                send("ERROR", e.status());
                sender.execute(() -> webSocket.close(GOING_AWAY, "expired"));
            }
        }
    }

    @Override
    public void accept(Change change) {
        if (!change.key().group().equals(kind.group())
                || !change.key().plural().equals(kind.plural())
                || !(path.namespace().isEmpty()
                        || path.namespace().equals(change.key().namespace()))) {
            return;
        }
        JsonNode before = change.before();
        JsonNode after = change.after();
        boolean matched = before != null && selected.test(before);
        if (after != null && selected.test(after)) {
            send(matched ? "MODIFIED" : "ADDED", after);
        } else if (before != null && matched) {
            send("DELETED", after == null ? before : after);
        }
    }

    @Override
    public void onClosed(WebSocket webSocket, int code, String reason) {
        end();
    }

    @Override
    public void onFailure(WebSocket webSocket, Throwable failure, Response response) {
        end();
    }

    /** As when the API server restarts: the client has to connect again. */
    void disconnect() {
        WebSocket open = socket;
        if (open != null) {
            sender.execute(() -> open.close(GOING_AWAY, "the API server goes away"));
        }
        end();
    }

    private void end() {
        store.removeListener(this);
        onClosed.accept(this);
    }

    private void catchUp() {
        Optional<Long> from = path.parameter("resourceVersion")
                .filter(version -> !version.isEmpty() && !version.equals("0"))
                .map(Long::parseLong);
        if (from.isPresent()) {
            store.since(from.get()).forEach(this);
        } else {
            store.list(kind, path.namespace()).stream()
                    .filter(entry -> selected.test(entry.getValue()))
                    .forEach(entry -> send("ADDED", entry.getValue()));
        }
    }

    private void send(String type, JsonNode object) {
        WebSocket open = socket;
        if (open != null) {
            // Written out now: the stored object may have changed when the sender gets to it.
            String message = JsonNodeFactory.instance
                    .objectNode()
                    .put("type", type)
                    .set("object", object)
                    .toString();
            sender.execute(() -> open.send(message));
        }
    }
}
