// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.definition;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The YAML files of the tests and of {@code examples/}. */
final class SampleResources {
    private static final String REFUSAL = "# refused: ";

    private SampleResources() {}

    /**
     * A resource that must be refused, with a part of what the user must be told. Its file may hold two documents: then
     * the first is accepted, and it is the change to the second that is refused.
     *
     * @param refusals each a part of some sentence of the answer
     */
    record Refused(String name, List<String> refusals, List<JsonNode> documents) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Refused> refused() {
        return files(Path.of("src/test/resources/invalid"))
                .map(SampleResources::refused)
                .toList();
    }

    static List<Path> examples() {
        return files(Path.of("../examples")).toList();
    }

    static List<JsonNode> documents(Path file) {
        try (var parser = DefinitionYaml.YAML.createParser(file.toFile())) {
            return DefinitionYaml.YAML.readValues(parser, JsonNode.class).readAll();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Refused refused(Path file) {
        try {
            List<String> refusals = Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(REFUSAL))
                    .map(line -> line.substring(REFUSAL.length()))
                    .toList();
            return new Refused(file.getFileName().toString(), refusals, documents(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> files(Path directory) {
        try (Stream<Path> files = Files.walk(directory.toAbsolutePath())) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
