// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.demo;

import io.nltap.api.v1alpha1.ArtifactKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Where the demo finds what was built, and puts what it makes.
 *
 * @param root of the repository
 */
record DemoFiles(Path root) {
    /** The directory of all that the demo makes. */
    Path work() {
        return root.resolve("target/demo");
    }

    Path operatorJar() {
        return root.resolve("operator/target/quarkus-app/quarkus-run.jar");
    }

    String agentClassPath() {
        return root.resolve("agent/target/nltap-agent.jar") + ":" + root.resolve("agent/target/lib") + "/*";
    }

    /** The file that the README tells users to apply. */
    Path example() {
        return root.resolve("examples/netlinkcapture.yaml");
    }

    Path definitions() {
        return root.resolve("charts/nltap/crds");
    }

    Path logs() {
        return work().resolve("logs");
    }

    Path store() {
        return work().resolve("store");
    }

    /** What the agent keeps on its node. */
    Path agentState() {
        return work().resolve("node/nltap");
    }

    Path certificates() {
        return work().resolve("certificates");
    }

    /** Where the file with that key goes when it is fetched: it is named after its node, if it is of one. */
    Path fetched(String key) {
        ArtifactKey parts =
                ArtifactKey.parse(key).orElseThrow(() -> new IllegalArgumentException(key + " is no artifact's key"));
        return work().resolve((parts.node().isEmpty() ? "" : parts.node() + "-") + parts.fileName());
    }

    /** The capture as it was in the end, for whoever judges the demo. */
    Path finalCapture() {
        return work().resolve("netlinkcapture.yaml");
    }

    /** A path as a user in the repository types it. */
    String shown(Path path) {
        return root.relativize(path).toString();
    }

    /** Empties the directory of the demo, for a demo begins from nothing. */
    void begin() throws IOException {
        if (Files.exists(work())) {
            try (Stream<Path> old = Files.walk(work())) {
                for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        Files.createDirectories(logs());
        Files.createDirectories(certificates());
    }

    /** A part of the demo's jar, as a file. */
    Path resource(String name) throws IOException {
        Path file = work().resolve(name);
        try (InputStream resource = DemoFiles.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IOException("%s is missing from the demo's jar".formatted(name));
            }
            Files.copy(resource, file);
        }
        return file;
    }
}
