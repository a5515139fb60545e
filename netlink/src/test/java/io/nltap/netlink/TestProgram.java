// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs that are the measure of what we write and read. */
public final class TestProgram {
    private TestProgram() {}

    /** Lines of its output. A program that is not there is a failure: without it nobody knows whether we are right. */
    public static List<String> run(String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("program", ".out");
        Path err = Files.createTempFile("program", ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try {
                assertThat(process.waitFor(60, TimeUnit.SECONDS))
                        .as(command[0] + " ends")
                        .isTrue();
            } finally {
                process.destroyForcibly();
            }
            assertThat(process.exitValue())
                    .as(command[0] + ": " + Files.readString(err))
                    .isZero();
            return Files.readAllLines(out);
        } catch (IOException e) {
            return fail(command[0] + " cannot be run; install the Debian packages tshark and tcpdump", e);
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
