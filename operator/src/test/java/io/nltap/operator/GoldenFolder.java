// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder with what goes in, {@code in-*.yaml}, and what must come out, {@code out-*.yaml}. Run with {@code -Dupdate}
 * to write what comes out now, and read the difference.
 */
public record GoldenFolder(Path path) {
    private static final Path RESOURCES = Path.of("src/test/resources");
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    public static Stream<GoldenFolder> in(String name) throws IOException {
        try (Stream<Path> folders = Files.list(RESOURCES.resolve(name))) {
            return folders.filter(Files::isDirectory).sorted().map(GoldenFolder::new).toList().stream();
        }
    }

    public <T> Optional<T> read(String name, Class<T> type) throws IOException {
        Path file = path.resolve("in-" + name + ".yaml");
        return Files.exists(file) ? Optional.of(YAML.unmarshal(Files.readString(file), type)) : Optional.empty();
    }

    public void expect(String name, Object actual) throws IOException {
        Path file = path.resolve("out-" + name + ".yaml");
        String yaml = YAML.asYaml(actual);
        if (System.getProperty("update") != null) {
            Files.writeString(file, yaml);
        }
        String expected = Files.exists(file) ? Files.readString(file) : "{}";
        if (!tree(yaml).equals(tree(expected))) {
            assertThat(yaml).as(file.toString()).isEqualTo(expected);
        }
    }

    /** What is compared: the keys of a map come in any order. */
    private static JsonNode tree(String yaml) {
        return YAML.unmarshal(yaml, JsonNode.class);
    }

    @Override
    public String toString() {
        return path.getFileName().toString();
    }
}
