// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.stream.Stream;

/** A contender at work: its process, and the directory for its files, which goes with it. */
final class RunningContender implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Long enough for the slowest to be given its last block, and to write it. */
    private static final Duration SETTLING = Duration.ofMillis(1500);

    private final Contender contender;
    private final Process process;
    private final Path directory;
    private final StringBuffer printed = new StringBuffer();
    private final Thread reader;

    private RunningContender(Contender contender, Process process, Path directory) {
        this.contender = contender;
        this.process = process;
        this.directory = directory;
        this.reader = new Thread(this::read, "output of " + contender.name());
        this.reader.setDaemon(true);
    }

    static RunningContender start(Contender contender) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("bench");
        List<String> command = contender.command().apply(directory);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        RunningContender running = new RunningContender(contender, process, directory);
        running.reader.start();
        running.awaitReady();
        return running;
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (printed) {
                    printed.append(line).append('\n');
                    printed.notifyAll();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (printed) {
            while (!contender.ready().matcher(printed).find()) {
                if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                    close();
                    throw new IOException("%s did not begin:%n%s".formatted(contender.name(), printed));
                }
                printed.wait(100);
            }
        }
    }

    /** Asks a {@link WatchedRecorder}. @return the number that it answers */
    long ask() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (printed) {
            int from = printed.length();
            process.outputWriter().append(WatchedRecorder.QUESTION).append('\n').flush();
            while (true) {
                Matcher answer = WatchedRecorder.ANSWER.matcher(printed).region(from, printed.length());
                if (answer.find()) {
                    return Long.parseLong(answer.group(1));
                }
                if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                    throw new IOException("%s did not answer:%n%s".formatted(contender.name(), printed));
                }
                printed.wait(100);
            }
        }
    }

    /** Nanoseconds of processor time that it has used so far, once it has written what it was given. */
    long settledNanos() throws IOException, InterruptedException {
        Thread.sleep(SETTLING.toMillis());
        return LibC.processorNanos(process.pid());
    }

    /** Ends it as Ctrl-C or an administrator would, and reads what it says then. */
    Outcome end() throws IOException, InterruptedException {
        process.toHandle().destroy(); // by its handle, which leaves its output open
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException("%s did not end".formatted(contender.name()));
        }
        reader.join();
        return contender.outcome().read(printed.toString(), directory);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor(
                    PATIENCE.toSeconds(), TimeUnit.SECONDS); // it must not go on writing, and is counted when it ends
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
