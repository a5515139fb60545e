// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A client of {@code netlink_trouble.py} in a network namespace of its own: there from the start, in trouble when told. */
final class Trouble implements AutoCloseable {

    private static final Path PROGRAM =
            Path.of(System.getProperty("nltap.test.programs")).resolve("netlink_trouble.py");

    private final String name;
    private final Process process;
    private final PrintStream orders;
    private final StringBuilder said = new StringBuilder();

    private Trouble(String name, Process process) {
        this.name = name;
        this.process = process;
        this.orders = new PrintStream(process.getOutputStream(), true);
        Thread reader = new Thread(this::read, "output of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    /** Ready to begin, in a new network namespace with {@code lo} up. */
    static Trouble prepare(String name) throws IOException {
        return start(name, "unshare", "--net");
    }

    /** Ready to begin, in the network namespace of another. */
    static Trouble prepareBeside(Trouble other, String name) throws IOException {
        return start(name, "nsenter", "--net", "--target", other.pid(), "--");
    }

    private static Trouble start(String name, String... where) throws IOException {
        String program = "python3 " + PROGRAM + " ";
        String run = "ip link set lo up && " + program + "prepare " + name + " && echo ready; read go; exec " + program
                + name;
        String[] command = new String[where.length + 3];
        System.arraycopy(where, 0, command, 0, where.length);
        command[where.length] = "sh";
        command[where.length + 1] = "-c";
        command[where.length + 2] = run;
        Trouble trouble = new Trouble(
                name, new ProcessBuilder(command).redirectErrorStream(true).start());
        trouble.await("ready");
        return trouble;
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
                .atMost(120, TimeUnit.SECONDS)
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

    /** Gets into trouble, and comes back when it is in it. */
    void begin() {
        orders.println("go");
        await("asked");
    }

    /** As {@code unshare} and {@code sh} become the program, this is its id from the beginning. */
    String pid() {
        return Long.toString(process.pid());
    }

    @Override
    public void close() {
        orders.close();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
