// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A client of {@code netlink_trouble.py} in a network namespace: there from the start, in trouble when told. */
final class Trouble implements AutoCloseable {

    private static final Path PROGRAM =
            Path.of(System.getProperty("nltap.test.programs")).resolve("netlink_trouble.py");

    private final String name;
    private final Process process;
    private final boolean isChild;
    private final PrintStream orders;
    private final StringBuilder said = new StringBuilder();
    private long begunNanos;
    private long askedNanos;

    private Trouble(String name, Process process, boolean isChild) {
        this.name = name;
        this.process = process;
        this.isChild = isChild;
        this.orders = new PrintStream(process.getOutputStream(), true);
        Thread reader = new Thread(this::read, "output of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    /** In the network namespace of the test. */
    static Trouble startHere(String name) throws IOException {
        return start(name, false);
    }

    /** In a new network namespace with {@code lo} up. */
    static Trouble start(String name) throws IOException {
        return start(name, false, "unshare", "--net");
    }

    /** In the network namespace of another. */
    static Trouble startBeside(Trouble other, String name) throws IOException {
        return start(name, false, "nsenter", "--net", "--target", other.pid(), "--");
    }

    /** Likewise, as the first process of a PID namespace. */
    static Trouble startInPidNamespaceBeside(Trouble other, String name) throws IOException {
        return start(
                name,
                true,
                "nsenter",
                "--net",
                "--target",
                other.pid(),
                "--",
                "unshare",
                "--pid",
                "--fork",
                "--kill-child");
    }

    private static Trouble start(String name, boolean isChild, String... where) throws IOException {
        String[] command = new String[where.length + 3];
        System.arraycopy(where, 0, command, 0, where.length);
        command[where.length] = "python3";
        command[where.length + 1] = PROGRAM.toString();
        command[where.length + 2] = name;
        return new Trouble(
                name, new ProcessBuilder(command).redirectErrorStream(true).start(), isChild);
    }

    private void read() {
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (said) {
                    said.append(line).append('\n');
                }
            }
        } catch (IOException e) {
            return; // it was closed under our hands
        }
    }

    private void await(String word) {
        Awaitility.await(name + " to say " + word)
                .atMost(180, TimeUnit.SECONDS)
                .pollInterval(20, TimeUnit.MILLISECONDS)
                .until(() -> output().contains(word + "\n") || !process.isAlive());
        if (!output().contains(word + "\n")) {
            throw new IllegalStateException(name + " failed: " + output());
        }
    }

    private String output() {
        synchronized (said) {
            return said.toString();
        }
    }

    /** Until it can begin. */
    Trouble ready() {
        await("ready");
        return this;
    }

    /** Tells it to get into trouble. */
    void go() {
        begunNanos = nowNanos();
        orders.println("go");
    }

    /** Until it is in trouble. */
    void awaitAsked() {
        await("asked");
        askedNanos = nowNanos();
    }

    void begin() {
        go();
        awaitAsked();
    }

    private static long nowNanos() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }

    /** When it was told to begin, nanoseconds since the epoch. */
    long begunNanos() {
        return begunNanos;
    }

    /** When it said that it was in trouble. */
    long askedNanos() {
        return askedNanos;
    }

    String name() {
        return name;
    }

    /** In the first PID namespace. As {@code unshare} and {@code nsenter} become the program, known from the beginning. */
    String pid() {
        return Long.toString(
                isChild ? process.children().findFirst().orElseThrow().pid() : process.pid());
    }

    @Override
    public void close() {
        orders.close();
        process.children().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
