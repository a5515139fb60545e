// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.definition;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.util.Map;

/** Writes a definition the way it is committed: the same text for the same definition, that every YAML version reads alike. */
final class DefinitionYaml {
    private static final String HEADER = """
            # SPDX-License-Identifier: Apache-2.0
            # Generated from the Java types of io.nltap.api.v1alpha1: change those, then mvn -pl crds test -Dupdate
            ---
            """;

    private static final ObjectMapper TREES =
            new ObjectMapper().setDefaultPropertyInclusion(JsonInclude.Include.NON_EMPTY);

    static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();

    private DefinitionYaml() {}

    static String write(CustomResourceDefinition crd) {
        ObjectNode tree = TREES.valueToTree(crd);
        tree.remove("status");
        wholeNumbers(tree);
        try {
            return HEADER + YAML.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    /** Bounds are doubles in the model; 1.0E12 is read as a string by some. */
    private static void wholeNumbers(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                if (field.getValue().isDouble()) {
                    field.setValue(LongNode.valueOf(field.getValue().longValue()));
                } else {
                    wholeNumbers(field.getValue());
                }
            }
        } else if (node instanceof ArrayNode array) {
            array.forEach(DefinitionYaml::wholeNumbers);
        }
    }
}
