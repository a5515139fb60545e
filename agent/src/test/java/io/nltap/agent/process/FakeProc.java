// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory laid out as {@code /proc} is. */
final class FakeProc {
    static final long HOST = 4026531840L;

    private final Path root;

    FakeProc(Path root) throws IOException {
        this.root = root;
        process(1, "0::/init.scope\n", HOST);
        process(2, "0::/\n", HOST);
        Files.writeString(root.resolve("uptime"), "1 1\n");
        Files.createDirectories(root.resolve("sys"));
    }

    Path root() {
        return root;
    }

    void process(int pid, String cgroup, long netns) throws IOException {
        Path ns = Files.createDirectories(root.resolve(Integer.toString(pid)).resolve("ns"));
        Files.writeString(ns.resolveSibling("cgroup"), cgroup);
        Files.createSymbolicLink(ns.resolve("net"), Path.of("net:[" + netns + "]"));
    }

    /** Its entry is there, but it has neither cgroup nor namespaces any more. */
    void dyingProcess(int pid) throws IOException {
        Files.createDirectories(root.resolve(Integer.toString(pid)).resolve("ns"));
    }

    void kill(int pid) throws IOException {
        Path process = root.resolve(Integer.toString(pid));
        Files.delete(process.resolve("ns").resolve("net"));
        Files.delete(process.resolve("ns"));
        Files.delete(process.resolve("cgroup"));
        Files.delete(process);
    }
}
