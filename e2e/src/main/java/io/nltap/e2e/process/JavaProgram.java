// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a Java program that shall start fast and stay small, by the runtime of this very program. */
final class JavaProgram {
    private static final List<String> FLAGS =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError");

    private JavaProgram() {}

    /** @param arguments the flags of the runtime that only this program needs, then what it runs */
    static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
        command.addAll(List.of(arguments));
        return command;
    }
}
