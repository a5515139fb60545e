// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Fills in the {@code default}s of a structural schema, as the API server does before it stores a custom resource. */
final class Defaults {
    private Defaults() {}

    static void fill(JsonNode value, JsonNode schema) {
        if (value instanceof ObjectNode object) {
            for (var property : schema.path("properties").properties()) {
                JsonNode byDefault = property.getValue().path("default");
                if (!object.has(property.getKey()) && !byDefault.isMissingNode()) {
                    object.set(property.getKey(), byDefault.deepCopy());
                }
                fill(object.path(property.getKey()), property.getValue());
            }
        } else if (value.isArray()) {
            value.forEach(element -> fill(element, schema.path("items")));
        }
    }
}
