// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What happens to an object when it is created, changed or deleted: metadata that the server owns, the status
 * subresource, optimistic locking, finalizers, and garbage collection in the background.
 */
final class Objects {
    private static final String STATUS = "status";
    private static final String METADATA = "metadata";
    private static final String DELETION_TIMESTAMP = "deletionTimestamp";

    private final ObjectStore store;
    private final ResourceKinds kinds;
    private final Clock clock;
    /** UID of an object → manager and subresource → what it applied last. */
    private final Map<String, Map<String, ObjectNode>> applied = new HashMap<>();

    Objects(ObjectStore store, ResourceKinds kinds, Clock clock) {
        this.store = store;
        this.kinds = kinds;
        this.clock = clock;
    }

    ObjectNode create(ResourceKind kind, String namespace, ObjectNode given, boolean dryRun) {
        ObjectNode object = given.deepCopy();
        ObjectNode metadata = object.withObject("/" + METADATA);
        String name = name(metadata);
        if (name.isEmpty()) {
            throw ApiException.invalid(kind, "", "metadata.name: Required value: name or generateName is required");
        }
        checkNamespace(kind, namespace, metadata);
        synchronized (store) {
            ObjectKey key = new ObjectKey(kind.group(), kind.plural(), namespace, name);
            if (store.get(key).isPresent()) {
                throw ApiException.alreadyExists(kind, name);
            }
            checkNamespaceIsActive(namespace);
            object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
            metadata.put("name", name)
                    .put("uid", UUID.randomUUID().toString())
                    .put("creationTimestamp", now())
                    .put("generation", 1);
            metadata.remove(java.util.List.of(DELETION_TIMESTAMP, "generateName", "managedFields", "resourceVersion"));
            if (kind.namespaced()) {
                metadata.put("namespace", namespace);
            }
            if (kind.statusSubresource()) {
                object.remove(STATUS);
            }
            Defaults.fill(object, kind.schema());
            if (kind.plural().equals(ResourceKinds.CRD_PLURAL)) {
                establish(object);
            }
            return dryRun ? object : store.put(key, object);
        }
    }

    /** A PUT: the object as a whole, but what the server owns. */
    ObjectNode replace(ResourceKind kind, ObjectKey key, String subresource, ObjectNode given, boolean dryRun) {
        return change(kind, key, subresource, dryRun, live -> given.deepCopy());
    }

    ObjectNode patch(
            ResourceKind kind, ObjectKey key, String subresource, boolean dryRun, UnaryOperator<ObjectNode> patch) {
        return change(kind, key, subresource, dryRun, patch);
    }

    /** Server-side apply. Creates the object when there is none. */
    ObjectNode apply(
            ResourceKind kind, ObjectKey key, String subresource, String manager, ObjectNode config, boolean dryRun) {
        synchronized (store) {
            ObjectNode wanted = config.deepCopy();
            ObjectNode metadata = wanted.withObject("/" + METADATA);
            Optional<ObjectNode> existing = store.get(key);
            if (existing.isEmpty()) {
                if (!subresource.isEmpty() || metadata.has("uid")) {
                    throw ApiException.notFound(kind, key.name());
                }
                ObjectNode created = create(
                        kind,
                        key.namespace(),
                        ServerSideApply.apply(emptyObject(), null, wanted, java.util.List.of()),
                        dryRun);
                remember(created, manager, subresource, wanted, dryRun);
                return created;
            }
            Map<String, ObjectNode> managers = applied.getOrDefault(uid(existing.get()), Map.of());
            String owner = owner(manager, subresource);
            Map<String, ObjectNode> others = new HashMap<>(managers);
            others.remove(owner);
            ObjectNode result = change(
                    kind,
                    key,
                    subresource,
                    dryRun,
                    live -> ServerSideApply.apply(live, managers.get(owner), wanted, others.values()));
            remember(existing.get(), manager, subresource, wanted, dryRun);
            return result;
        }
    }

    /** @return what is left of the object, or nothing when it is gone */
    Optional<ObjectNode> delete(ResourceKind kind, ObjectKey key, JsonNode options) {
        synchronized (store) {
            ObjectNode live = store.get(key).orElseThrow(() -> ApiException.notFound(kind, key.name()));
            checkPreconditions(kind, key, live, options.path("preconditions"));
            if ("Orphan".equals(options.path("propagationPolicy").asText())) {
                orphan(uid(live));
            }
            boolean namespace = kind.plural().equals("namespaces");
            if (!hasFinalizers(live) && !namespace) {
                remove(key, live);
                return Optional.empty();
            }
            if (!isBeingDeleted(live)) {
                ObjectNode marked = live.deepCopy();
                ObjectNode metadata = marked.withObject("/" + METADATA);
                metadata.put(DELETION_TIMESTAMP, now())
                        .put("deletionGracePeriodSeconds", 0)
                        .put("generation", metadata.path("generation").asLong() + 1);
                if (namespace) {
                    marked.withObject("/" + STATUS).put("phase", "Terminating");
                }
                store.put(key, marked);
            }
            if (namespace) {
                empty(key.name());
            }
            return store.get(key);
        }
    }

    private ObjectNode change(
            ResourceKind kind, ObjectKey key, String subresource, boolean dryRun, UnaryOperator<ObjectNode> edit) {
        synchronized (store) {
            ObjectNode live = store.get(key).orElseThrow(() -> ApiException.notFound(kind, key.name()));
            ObjectNode wanted = edit.apply(live.deepCopy());
            checkVersion(kind, key, live, wanted);
            ObjectNode changed = subresource.equals(STATUS) ? withStatusOf(live, wanted) : wanted;
            if (subresource.isEmpty() && kind.statusSubresource()) {
                copyField(live, changed, STATUS);
            }
            keepServersMetadata(kind, live, changed);
            Defaults.fill(changed, kind.schema());
            if (sameButVersion(live, changed)) {
                return live;
            }
            if (!sameSpec(live, changed)) {
                ObjectNode metadata = changed.withObject("/" + METADATA);
                metadata.put(
                        "generation", live.path(METADATA).path("generation").asLong() + 1);
            }
            if (dryRun) {
                return changed;
            }
            store.put(key, changed);
            if (isBeingDeleted(changed)
                    && !hasFinalizers(changed)
                    && !kind.plural().equals("namespaces")) {
                remove(key, changed);
            }
            return changed;
        }
    }

    private void remove(ObjectKey key, ObjectNode object) {
        store.remove(key);
        applied.remove(uid(object));
        collectDependents(uid(object));
        if (!key.namespace().isEmpty()) {
            finishNamespace(key.namespace());
        }
    }

    private void collectDependents(String ownerUid) {
        Set<String> living = new HashSet<>();
        store.all().forEach(entry -> living.add(uid(entry.getValue())));
        for (var entry : store.all()) {
            JsonNode owners = entry.getValue().path(METADATA).path("ownerReferences");
            boolean owned = false;
            boolean ownerLives = false;
            for (JsonNode owner : owners) {
                owned |= owner.path("uid").asText().equals(ownerUid);
                ownerLives |= living.contains(owner.path("uid").asText());
            }
            if (owned && !ownerLives && store.get(entry.getKey()).isPresent()) {
                delete(kindOf(entry.getKey(), entry.getValue()), entry.getKey(), emptyObject());
            }
        }
    }

    private void orphan(String ownerUid) {
        for (var entry : store.all()) {
            ObjectNode copy = entry.getValue().deepCopy();
            Iterator<JsonNode> owners =
                    copy.path(METADATA).path("ownerReferences").elements();
            boolean changed = false;
            while (owners.hasNext()) {
                if (owners.next().path("uid").asText().equals(ownerUid)) {
                    owners.remove();
                    changed = true;
                }
            }
            if (changed) {
                store.put(entry.getKey(), copy);
            }
        }
    }

    private void empty(String namespace) {
        for (var entry : store.all()) {
            if (entry.getKey().namespace().equals(namespace)
                    && store.get(entry.getKey()).isPresent()) {
                delete(kindOf(entry.getKey(), entry.getValue()), entry.getKey(), emptyObject());
            }
        }
        finishNamespace(namespace);
    }

    private void finishNamespace(String namespace) {
        ObjectKey key = new ObjectKey("", "namespaces", "", namespace);
        boolean ending = store.get(key).map(Objects::isBeingDeleted).orElse(false);
        boolean empty = store.all().stream()
                .noneMatch(entry -> entry.getKey().namespace().equals(namespace));
        if (ending && empty) {
            store.remove(key);
        }
    }

    private ResourceKind kindOf(ObjectKey key, ObjectNode object) {
        String apiVersion = object.path("apiVersion").asText();
        String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
        return kinds.find(key.group(), version, key.plural())
                .orElseThrow(() -> new IllegalStateException("stored, but not served: " + key));
    }

    private void remember(ObjectNode object, String manager, String subresource, ObjectNode config, boolean dryRun) {
        if (!dryRun) {
            applied.computeIfAbsent(uid(object), uid -> new HashMap<>()).put(owner(manager, subresource), config);
        }
    }

    private void checkNamespaceIsActive(String namespace) {
        if (namespace.isEmpty()) {
            return;
        }
        ObjectNode there = store.get(new ObjectKey("", "namespaces", "", namespace))
                .orElseThrow(() ->
                        ApiException.notFound(kinds.find("", "v1", "namespaces").orElseThrow(), namespace));
        if (isBeingDeleted(there)) {
            throw ApiException.forbidden(
                    "unable to create new content in namespace %s because it is being terminated".formatted(namespace));
        }
    }

    private static void checkNamespace(ResourceKind kind, String namespace, ObjectNode metadata) {
        if (kind.namespaced() == namespace.isEmpty()) {
            throw ApiException.unknownPath(kind.qualifiedPlural());
        }
        String given = metadata.path("namespace").asText("");
        if (!given.isEmpty() && !given.equals(namespace)) {
            throw ApiException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
    }

    private static void checkVersion(ResourceKind kind, ObjectKey key, ObjectNode live, ObjectNode wanted) {
        JsonNode metadata = wanted.path(METADATA);
        String name = metadata.path("name").asText("");
        if (!name.isEmpty() && !name.equals(key.name())) {
            throw ApiException.badRequest(
                    "the name of the object (%s) does not match the name on the URL (%s)".formatted(name, key.name()));
        }
        String uid = metadata.path("uid").asText("");
        if (!uid.isEmpty() && !uid.equals(uid(live))) {
            throw ApiException.conflict(
                    kind,
                    key.name(),
                    "Precondition failed: UID in precondition: %s, UID in object".formatted(uid) + " meta: "
                            + uid(live));
        }
        String version = metadata.path("resourceVersion").asText("");
        if (!version.isEmpty()
                && !version.equals(live.path(METADATA).path("resourceVersion").asText())) {
            throw ApiException.conflict(
                    kind,
                    key.name(),
                    "the object has been modified; please apply your changes to the latest version and try again");
        }
    }

    private static void checkPreconditions(ResourceKind kind, ObjectKey key, ObjectNode live, JsonNode preconditions) {
        for (String field : new String[] {"uid", "resourceVersion"}) {
            String wanted = preconditions.path(field).asText("");
            if (!wanted.isEmpty()
                    && !wanted.equals(live.path(METADATA).path(field).asText())) {
                throw ApiException.conflict(
                        kind, key.name(), "Precondition failed: %s in precondition: %s".formatted(field, wanted));
            }
        }
    }

    private static void keepServersMetadata(ResourceKind kind, ObjectNode live, ObjectNode changed) {
        ObjectNode from = live.withObject("/" + METADATA);
        ObjectNode to = changed.withObject("/" + METADATA);
        for (String field : new String[] {
            "name",
            "namespace",
            "uid",
            "creationTimestamp",
            "generation",
            "resourceVersion",
            DELETION_TIMESTAMP,
            "deletionGracePeriodSeconds"
        }) {
            copyField(from, to, field);
        }
        to.remove("managedFields");
        if (to.path("finalizers").isArray() && to.path("finalizers").isEmpty()) {
            to.remove("finalizers");
        }
        changed.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
        if (isBeingDeleted(live)) {
            Set<JsonNode> known = new HashSet<>();
            from.path("finalizers").forEach(known::add);
            for (JsonNode finalizer : to.path("finalizers")) {
                if (!known.contains(finalizer)) {
                    throw ApiException.invalid(
                            kind,
                            to.path("name").asText(),
                            "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being"
                                    + " deleted, found new finalizers []string{" + finalizer + "}");
                }
            }
        }
    }

    private static ObjectNode withStatusOf(ObjectNode live, ObjectNode wanted) {
        ObjectNode changed = live.deepCopy();
        copyField(wanted, changed, STATUS);
        return changed;
    }

    private static void copyField(ObjectNode from, ObjectNode to, String field) {
        JsonNode value = from.path(field);
        if (value.isMissingNode() || value.isNull()) {
            to.remove(field);
        } else {
            to.set(field, value.deepCopy());
        }
    }

    private static boolean sameButVersion(ObjectNode live, ObjectNode changed) {
        return live.equals(changed);
    }

    private static boolean sameSpec(ObjectNode live, ObjectNode changed) {
        java.util.List<String> outside = java.util.List.of(METADATA, STATUS);
        return live.deepCopy().remove(outside).equals(changed.deepCopy().remove(outside));
    }

    private static boolean isBeingDeleted(ObjectNode object) {
        return object.path(METADATA).hasNonNull(DELETION_TIMESTAMP);
    }

    private static boolean hasFinalizers(ObjectNode object) {
        return !object.path(METADATA).path("finalizers").isEmpty();
    }

    private static String uid(ObjectNode object) {
        return object.path(METADATA).path("uid").asText();
    }

    private static String owner(String manager, String subresource) {
        return manager + "/" + subresource;
    }

    private static String name(ObjectNode metadata) {
        String name = metadata.path("name").asText("");
        String prefix = metadata.path("generateName").asText("");
        return name.isEmpty() && !prefix.isEmpty()
                ? prefix + UUID.randomUUID().toString().substring(0, 5)
                : name;
    }

    private void establish(ObjectNode crd) {
        crd.putObject(STATUS)
                .putArray("conditions")
                .addObject()
                .put("type", "Established")
                .put("status", "True")
                .put("reason", "InitialNamesAccepted")
                .put("message", "the initial names have been accepted")
                .put("lastTransitionTime", now());
        kinds.define(crd);
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static ObjectNode emptyObject() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** For the caller that has the object as JSON of any shape. */
    static ObjectNode requireObject(@Nullable JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw ApiException.badRequest("the body of the request is no JSON object");
    }
}
