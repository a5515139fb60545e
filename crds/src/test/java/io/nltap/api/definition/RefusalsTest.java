// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.nltap.api.definition.SampleResources.Refused;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input and the sentence it provokes, without a server; {@link DefinitionsRealServerTest} asks a real one the same. */
class RefusalsTest {
    private static final Map<String, SchemaValidator> VALIDATORS = Definitions.generate().stream()
            .collect(Collectors.toMap(crd -> crd.getSpec().getNames().getKind(), RefusalsTest::committed));

    static Stream<Refused> refused() {
        return SampleResources.refused().stream();
    }

    static Stream<JsonNode> examples() {
        return SampleResources.examples().stream()
                .map(SampleResources::documents)
                .flatMap(List::stream)
                .filter(document -> VALIDATORS.containsKey(document.path("kind").asText()));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void badInputIsRefusedWithASentence(Refused refused) {
        List<JsonNode> documents = refused.documents();
        JsonNode bad = documents.get(documents.size() - 1);
        SchemaValidator validator = VALIDATORS.get(bad.get("kind").asText());

        List<String> problems =
                documents.size() == 1 ? validator.onCreate(bad) : validator.onUpdate(bad, documents.get(0));

        assertThat(refused.refusals())
                .isNotEmpty()
                .hasSameSizeAs(problems)
                .allSatisfy(refusal -> assertThat(problems)
                        .anySatisfy(problem -> assertThat(problem).contains(refusal)));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatIsThereBeforeABadChangeIsFine(Refused refused) {
        List<JsonNode> before =
                refused.documents().subList(0, refused.documents().size() - 1);

        assertThat(before)
                .allSatisfy(document -> assertThat(
                                VALIDATORS.get(document.get("kind").asText()).onCreate(document))
                        .isEmpty());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void examplesAreAccepted(JsonNode example) {
        assertThat(VALIDATORS.get(example.get("kind").asText()).onCreate(example))
                .isEmpty();
    }

    private static SchemaValidator committed(
            io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition crd) {
        return new SchemaValidator(
                SampleResources.documents(Path.of(Definitions.fileName(crd)).toAbsolutePath())
                        .get(0));
    }
}
