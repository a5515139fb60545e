// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.definition;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DefinitionsTest {
    private static final Path COMMITTED = Path.of("");
    private static final Path CHART = Path.of("../charts/nltap/crds");

    static Stream<CustomResourceDefinition> definitions() {
        return Definitions.generate().stream();
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void committedYamlSaysWhatTheJavaTypesSay(CustomResourceDefinition crd) throws IOException {
        assertSameOrUpdate(COMMITTED.resolve(Definitions.fileName(crd)), DefinitionYaml.write(crd));
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void chartInstallsTheSameDefinitions(CustomResourceDefinition crd) throws IOException {
        assertSameOrUpdate(CHART.resolve(Definitions.fileName(crd)), DefinitionYaml.write(crd));
    }

    @Test
    void neitherPlaceHasADefinitionOfSomethingElse() throws IOException {
        List<String> expected = definitions().map(Definitions::fileName).toList();

        assertThat(yamlFiles(COMMITTED)).isEqualTo(expected);
        assertThat(yamlFiles(CHART)).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void everyFieldIsExplained(CustomResourceDefinition crd) {
        JSONSchemaProps schema = crd.getSpec().getVersions().get(0).getSchema().getOpenAPIV3Schema();

        assertThat(unexplained("", schema)).isEmpty();
    }

    private static void assertSameOrUpdate(Path file, String generated) throws IOException {
        if (System.getProperty("update") != null) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, generated);
        }
        assertThat(file).exists();
        assertThat(Files.readString(file))
                .as("%s; if the change is meant: mvn -pl crds test -Dupdate", file)
                .isEqualTo(generated);
    }

    private static List<String> yamlFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory.toAbsolutePath())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> unexplained(String path, JSONSchemaProps schema) {
        List<String> found = new ArrayList<>();
        if (schema.getProperties() != null) {
            schema.getProperties().forEach((name, property) -> {
                if (property.getDescription() == null) {
                    found.add(path + "." + name);
                }
                found.addAll(unexplained(path + "." + name, property));
            });
        }
        if (schema.getItems() != null) {
            found.addAll(unexplained(path + "[]", schema.getItems().getSchema()));
        }
        return found;
    }
}
