// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cel.runtime.CelEvaluationException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an API server says to a resource, as far as our definitions make it speak: defaults, types, bounds, enums, keys
 * of lists and rules, in the words of Kubernetes 1.36. Like the server it evaluates rules only when the rest is in order.
 */
final class SchemaValidator {
    private final JsonNode schema;

    /** @param definition a CustomResourceDefinition with one version */
    SchemaValidator(JsonNode definition) {
        this.schema = definition.at("/spec/versions/0/schema/openAPIV3Schema");
    }

    /** @return one sentence for each thing that is wrong, none when the resource is accepted */
    List<String> onCreate(JsonNode resource) {
        return validate(resource, MissingNode.getInstance());
    }

    List<String> onUpdate(JsonNode resource, JsonNode old) {
        return validate(resource, withDefaults(old));
    }

    private List<String> validate(JsonNode resource, JsonNode old) {
        JsonNode complete = withDefaults(resource);
        List<String> problems = new ArrayList<>();
        structure("", schema, complete, problems);
        if (problems.isEmpty()) {
            rules("", schema, complete, old, problems);
        }
        return problems;
    }

    private JsonNode withDefaults(JsonNode resource) {
        JsonNode copy = resource.deepCopy();
        defaults(schema, copy);
        return copy;
    }

    private static void defaults(JsonNode schema, JsonNode value) {
        if (value instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> property :
                    schema.path("properties").properties()) {
                JsonNode ofProperty = property.getValue();
                if (!object.hasNonNull(property.getKey()) && ofProperty.has("default")) {
                    object.set(property.getKey(), ofProperty.get("default").deepCopy());
                }
                defaults(ofProperty, object.path(property.getKey()));
            }
        }
        if (value instanceof ArrayNode array) {
            array.forEach(item -> defaults(schema.path("items"), item));
        }
    }

    private static void structure(String path, JsonNode schema, JsonNode value, List<String> problems) {
        String type = schema.path("type").asText();
        if (!isOfType(type, value)) {
            problems.add("%s: Invalid value: must be of type %s: %s".formatted(path, type, value));
            return;
        }
        switch (type) {
            case "object" -> object(path, schema, value, problems);
            case "array" -> array(path, schema, value, problems);
            case "integer" -> {
                if (schema.has("minimum")
                        && value.asLong() < schema.get("minimum").asLong()) {
                    problems.add("%s: should be greater than or equal to %s".formatted(path, schema.get("minimum")));
                }
                if (schema.has("maximum")
                        && value.asLong() > schema.get("maximum").asLong()) {
                    problems.add("%s: should be less than or equal to %s".formatted(path, schema.get("maximum")));
                }
            }
            case "string" -> string(path, schema, value.asText(), problems);
            default -> {}
        }
    }

    private static boolean isOfType(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "integer" -> value.isIntegralNumber();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            default -> throw new IllegalArgumentException("no schema of ours has the type '" + type + "'");
        };
    }

    private static void object(String path, JsonNode schema, JsonNode value, List<String> problems) {
        for (JsonNode required : schema.path("required")) {
            if (!value.hasNonNull(required.asText())) {
                problems.add("%s: Required value".formatted(child(path, required.asText())));
            }
        }
        if (schema.has("maxProperties")
                && value.size() > schema.get("maxProperties").asInt()) {
            problems.add("%s: Too many: must have at most %s items".formatted(path, schema.get("maxProperties")));
        }
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            JsonNode ofField = ofField(schema, field.getKey());
            if (!ofField.isMissingNode() && !field.getValue().isNull()) {
                structure(child(path, field.getKey()), ofField, field.getValue(), problems);
            }
        }
    }

    private static void array(String path, JsonNode schema, JsonNode value, List<String> problems) {
        if (schema.has("maxItems") && value.size() > schema.get("maxItems").asInt()) {
            problems.add("%s: Too many: must have at most %s items".formatted(path, schema.get("maxItems")));
        }
        Set<JsonNode> seen = new HashSet<>();
        for (int i = 0; i < value.size(); i++) {
            String item = path + "[" + i + "]";
            structure(item, schema.get("items"), value.get(i), problems);
            JsonNode key = key(schema, value.get(i));
            if (!key.isMissingNode() && !seen.add(key)) {
                problems.add("%s: Duplicate value: %s".formatted(item, value.get(i)));
            }
        }
    }

    /** What must differ between the items of a set or a map; missing for other lists. */
    private static JsonNode key(JsonNode schema, JsonNode item) {
        return switch (schema.path("x-kubernetes-list-type").asText()) {
            case "set" -> item;
            case "map" ->
                item.path(schema.get("x-kubernetes-list-map-keys").get(0).asText());
            default -> MissingNode.getInstance();
        };
    }

    private static void string(String path, JsonNode schema, String value, List<String> problems) {
        if (schema.has("enum")) {
            Set<String> supported = new LinkedHashSet<>();
            schema.get("enum").forEach(word -> supported.add('"' + word.asText() + '"'));
            if (!supported.contains('"' + value + '"')) {
                problems.add("%s: Unsupported value: \"%s\": supported values: %s"
                        .formatted(path, value, String.join(", ", supported)));
            }
        }
        if (schema.has("minLength") && value.length() < schema.get("minLength").asInt()) {
            problems.add("%s: should be at least %s chars long".formatted(path, schema.get("minLength")));
        }
        if (schema.has("maxLength") && value.length() > schema.get("maxLength").asInt()) {
            problems.add("%s: Too long: may not be more than %s bytes".formatted(path, schema.get("maxLength")));
        }
    }

    private static void rules(String path, JsonNode schema, JsonNode value, JsonNode old, List<String> problems) {
        if (value.isMissingNode() || value.isNull()) {
            return;
        }
        for (JsonNode node : schema.path("x-kubernetes-validations")) {
            CelRule rule = CelRule.of(node);
            if (!rule.needsOld() || !old.isMissingNode()) {
                rule(path, rule, value, old, problems);
            }
        }
        for (Map.Entry<String, JsonNode> field :
                value.isObject() ? value.properties() : Set.<Map.Entry<String, JsonNode>>of()) {
            rules(
                    child(path, field.getKey()),
                    ofField(schema, field.getKey()),
                    field.getValue(),
                    old.path(field.getKey()),
                    problems);
        }
        for (int i = 0; value.isArray() && i < value.size(); i++) {
            rules(path + "[" + i + "]", schema.path("items"), value.get(i), MissingNode.getInstance(), problems);
        }
    }

    private static void rule(String path, CelRule rule, JsonNode value, JsonNode old, List<String> problems) {
        try {
            if (!rule.holds(value, old)) {
                problems.add("%s: Invalid value: %s".formatted(path, rule.message()));
            }
        } catch (CelEvaluationException e) {
            problems.add("%s: %s evaluating rule: %s".formatted(path, e.getMessage(), rule.message()));
        }
    }

    private static JsonNode ofField(JsonNode schema, String name) {
        JsonNode property = schema.path("properties").path(name);
        return property.isMissingNode() ? schema.path("additionalProperties") : property;
    }

    private static String child(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
