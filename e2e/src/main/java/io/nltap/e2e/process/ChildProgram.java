// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that runs until it is closed, and whose output is in a file. */
public final class ChildProgram implements AutoCloseable {
    private final String name;
    private final Process process;
    private final Path log;
    private final Duration grace;

    private ChildProgram(String name, Process process, Path log, Duration grace) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.grace = grace;
    }

    /**
     * @param environment is added to this program's own
     * @param log takes what the program writes, after what is already there
     * @param grace how long it may take to end after SIGTERM, before it is killed
     * @throws IOException when it cannot be started
     */
    public static ChildProgram open(
            String name, List<String> command, Map<String, String> environment, Path log, Duration grace)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new ChildProgram(name, builder.start(), log, grace);
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public Path log() {
        return log;
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /**
     * @throws IllegalStateException when the program has ended, with its exit status and the last lines it wrote
     */
    public void mustRun() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the %s ended with exit status %d; the end of %s:%n%s"
                    .formatted(name, process.exitValue(), log, lastLines(15)));
        }
    }

    public String lastLines(int count) {
        try {
            List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + log, e);
        }
    }

    /** Ends the program by SIGTERM, and by SIGKILL when it takes longer than its grace period. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
