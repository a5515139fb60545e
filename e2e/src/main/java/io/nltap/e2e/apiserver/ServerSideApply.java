// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Server-side apply (KEP-555) with forced conflicts: what a manager applied before and applies no more is removed,
 * unless another manager applies it too; the rest is merged. Lists whose elements have a key merge by it, finalizers
 * merge as a set, other lists are replaced. Fields that were last written by an update still belong to the manager
 * that applied them, which the real server would tell apart.
 */
final class ServerSideApply {
    private static final Map<String, String> LIST_KEYS = Map.of(
            "containers", "name",
            "initContainers", "name",
            "volumes", "name",
            "env", "name",
            "volumeMounts", "mountPath",
            "ports", "containerPort",
            "ownerReferences", "uid",
            "conditions", "type");
    private static final String SET = "finalizers";

    private ServerSideApply() {}

    static ObjectNode apply(
            ObjectNode live, @Nullable ObjectNode previous, ObjectNode config, Collection<ObjectNode> others) {
        ObjectNode result = live.deepCopy();
        if (previous != null) {
            prune(
                    result,
                    previous,
                    config,
                    others.stream().map(JsonNode.class::cast).toList());
        }
        merge(result, config);
        return result;
    }

    private static void prune(ObjectNode live, JsonNode previous, JsonNode config, Collection<JsonNode> others) {
        for (var owned : previous.properties()) {
            String field = owned.getKey();
            JsonNode value = live.path(field);
            Collection<JsonNode> othersHere =
                    others.stream().map(other -> other.path(field)).toList();
            if (value instanceof ObjectNode object) {
                prune(object, owned.getValue(), config.path(field), othersHere);
                if (object.isEmpty()
                        && !present(config.path(field))
                        && othersHere.stream().noneMatch(ServerSideApply::present)) {
                    live.remove(field);
                }
            } else if (value instanceof ArrayNode list && isMergedList(field)) {
                pruneList(field, list, owned.getValue(), config.path(field), othersHere);
                if (list.isEmpty() && !present(config.path(field))) {
                    live.remove(field);
                }
            } else if (!present(config.path(field)) && othersHere.stream().noneMatch(ServerSideApply::present)) {
                live.remove(field);
            }
        }
    }

    private static void pruneList(
            String field, ArrayNode live, JsonNode previous, JsonNode config, Collection<JsonNode> others) {
        for (JsonNode element : previous) {
            boolean stillApplied = find(field, config, element).isPresent()
                    || others.stream()
                            .anyMatch(other -> find(field, other, element).isPresent());
            if (!stillApplied) {
                find(field, live, element).ifPresent(live::remove);
            }
        }
    }

    private static void merge(ObjectNode live, ObjectNode config) {
        for (var applied : config.properties()) {
            String field = applied.getKey();
            JsonNode value = applied.getValue();
            if (value.isNull()) {
                continue;
            }
            if (value instanceof ObjectNode object) {
                merge(live.path(field) instanceof ObjectNode there ? there : live.putObject(field), object);
            } else if (value instanceof ArrayNode list
                    && isMergedList(field)
                    && live.path(field) instanceof ArrayNode there) {
                mergeList(field, there, list);
            } else {
                live.set(field, withoutNulls(value));
            }
        }
    }

    private static void mergeList(String field, ArrayNode live, ArrayNode config) {
        for (JsonNode element : config) {
            Optional<Integer> index = find(field, live, element);
            if (index.isEmpty()) {
                live.add(withoutNulls(element));
            } else if (live.get(index.get()) instanceof ObjectNode there && element instanceof ObjectNode object) {
                merge(there, object);
            }
        }
    }

    private static Optional<Integer> find(String field, JsonNode list, JsonNode element) {
        String key = LIST_KEYS.get(field);
        for (int i = 0; i < list.size(); i++) {
            JsonNode candidate = list.get(i);
            boolean same = key == null
                    ? candidate.equals(element)
                    : candidate.path(key).equals(element.path(key));
            if (same) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    private static boolean isMergedList(String field) {
        return LIST_KEYS.containsKey(field) || field.equals(SET);
    }

    private static boolean present(JsonNode node) {
        return !node.isMissingNode() && !node.isNull();
    }

    private static JsonNode withoutNulls(JsonNode value) {
        if (value instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            object.properties().stream()
                    .filter(field -> !field.getValue().isNull())
                    .forEach(field -> copy.set(field.getKey(), withoutNulls(field.getValue())));
            return copy;
        }
        if (value instanceof ArrayNode list) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            list.forEach(element -> copy.add(withoutNulls(element)));
            return copy;
        }
        return value;
    }
}
