// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.process;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a short command wrote and how it ended. */
public record CommandRun(List<String> command, int exitStatus, String output) {
    /** Runs it to its end; its errors are part of the output. */
    public static CommandRun of(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new CommandRun(List.of(command), process.waitFor(), output);
    }

    /**
     * @throws IOException when the command failed, with what it wrote
     */
    public String outputOfSuccess() throws IOException {
        if (exitStatus != 0) {
            throw new IOException("%s ended with exit status %d: %s"
                    .formatted(String.join(" ", command), exitStatus, output.strip()));
        }
        return output;
    }
}
