// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** The command as users run it: by its start script. */
final class RunningNltap implements AutoCloseable {

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;

    private RunningNltap(Process process) {
        this.process = process;
        this.reader = new Thread(this::read, "output of nltap");
        this.reader.setDaemon(true);
    }

    static RunningNltap start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("nltap.command")));
        command.addAll(List.of(arguments));
        RunningNltap running = new RunningNltap(
                new ProcessBuilder(command).redirectErrorStream(true).start());
        running.reader.start();
        return running;
    }

    /** Waits until it records. */
    static RunningNltap startRecording(String... arguments) throws IOException {
        return start(arguments).awaitRecording();
    }

    RunningNltap awaitRecording() {
        Awaitility.await("nltap to record")
                .atMost(180, TimeUnit.SECONDS)
                .until(() -> said(line -> line.startsWith("recording ")) || !process.isAlive());
        assertThat(output()).contains("recording ");
        return this;
    }

    private void read() {
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean said(Predicate<String> what) {
        synchronized (lines) {
            return lines.stream().anyMatch(what);
        }
    }

    String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    boolean hasEnded() {
        return !process.isAlive();
    }

    /** Waits for its end. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).as(output()).isTrue();
        reader.join();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
