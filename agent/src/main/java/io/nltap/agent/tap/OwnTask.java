// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The calling thread as /proc shows it, to be compared with what programs in the kernel see of it.
 *
 * @param cgroupId empty where there is no cgroup v2 hierarchy, or it is not mounted here
 */
record OwnTask(int processId, int threadId, byte[] comm, OptionalLong cgroupId) {

    /** @param proc of this process's own PID namespace */
    static OwnTask read(Path proc) throws IOException {
        Path thread = Files.readSymbolicLink(proc.resolve("thread-self")); // 7/task/9
        byte[] comm = Files.readAllBytes(proc.resolve(thread).resolve("comm"));
        return new OwnTask(
                Integer.parseInt(thread.getName(0).toString()),
                Integer.parseInt(thread.getFileName().toString()),
                Arrays.copyOf(comm, Math.max(0, comm.length - 1)), // a line feed
                cgroupId(proc));
    }

    private static OptionalLong cgroupId(Path proc) throws IOException {
        // 0::/kubepods/…: the line of cgroup v2
        Optional<String> path = Files.readAllLines(proc.resolve("thread-self/cgroup")).stream()
                .filter(line -> line.startsWith("0::/"))
                .map(line -> line.substring("0::/".length()))
                .findFirst();
        Optional<Path> mount = cgroup2(proc);
        if (path.isEmpty() || mount.isEmpty()) {
            return OptionalLong.empty();
        }
        Path directory = mount.get().resolve(path.get());
        return Files.isDirectory(directory)
                ? OptionalLong.of(((Number) Files.getAttribute(directory, "unix:ino")).longValue())
                : OptionalLong.empty();
    }

    /** Where the root of the cgroup v2 hierarchy, as far as this process may see it, is mounted. */
    private static Optional<Path> cgroup2(Path proc) throws IOException {
        // 36 35 0:30 / /sys/fs/cgroup rw,nosuid … - cgroup2 cgroup2 rw
        return Files.readAllLines(proc.resolve("thread-self/mountinfo"), StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.contains(" - cgroup2 "))
                .map(line -> line.split(" "))
                .filter(fields -> fields.length > 4 && fields[3].equals("/"))
                .map(fields -> Path.of(fields[4]))
                .findFirst();
    }

    boolean isNamed(byte[] seen) {
        return Arrays.equals(comm, seen);
    }
}
