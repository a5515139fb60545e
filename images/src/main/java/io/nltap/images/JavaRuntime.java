// SPDX-License-Identifier: Apache-2.0
package io.nltap.images;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** A Java runtime with just some modules, linked from the JDK that this program runs on. */
record JavaRuntime(Path directory) {

    static JavaRuntime link(List<String> modules, Path directory) {
        ToolProvider jlink = ToolProvider.findFirst("jlink")
                .orElseThrow(() -> new ImageBuildException("this Java has no jlink: run with a JDK, not a JRE"));
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said, true);
        int status = jlink.run(
                out,
                out,
                "--add-modules",
                String.join(",", modules),
                "--compress=2",
                "--no-header-files",
                "--no-man-pages",
                "--dedup-legal-notices=error-if-not-same-content",
                "--output",
                directory.toString());
        if (status != 0) {
            throw new ImageBuildException("jlink: " + said.toString().strip()
                    + " (of Debian's JDKs the package openjdk-*-jdk-headless has the modules)");
        }
        return new JavaRuntime(directory);
    }

    /**
     * Writes the class data archive that JDKs come with and jlink leaves out: it halves the time to start. Its bytes are
     * not the same each time, those of the runtime are.
     */
    void archiveClasses(Path archive) throws IOException, InterruptedException {
        Program.Result dump = Program.run(List.of(
                directory.resolve("bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:SharedArchiveFile=" + archive,
                "-Xshare:dump"));
        if (dump.status() != 0) {
            throw new ImageBuildException("java -Xshare:dump: " + dump.output().strip());
        }
    }

    /** Programs and shared libraries. */
    List<Path> binaries() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(".so") || file.startsWith(directory.resolve("bin")))
                    .sorted()
                    .toList();
        }
    }
}
