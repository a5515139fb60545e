// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.node;

import io.nltap.e2e.process.ChildProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One pod with one container on this machine, as a kubelet with the cgroupfs driver and containerd make it: a cgroup
 * {@code kubepods/burstable/pod<uid>/<container id>} (cgroup v2), a network namespace and a program in both.
 */
public final class PodSandbox implements AutoCloseable {
    private final Path cgroup;
    private final Deque<Path> madeCgroups;
    private final ChildProgram program;

    private PodSandbox(Path cgroup, Deque<Path> madeCgroups, ChildProgram program) {
        this.cgroup = cgroup;
        this.madeCgroups = madeCgroups;
        this.program = program;
    }

    /**
     * @param cgroupRoot where the cgroup v2 hierarchy is mounted, such as /sys/fs/cgroup
     * @param script the bash script that is the container's program
     * @param log takes what the program writes
     * @throws IOException when a cgroup or the program cannot be made; nothing is left behind then
     */
    public static PodSandbox open(Path cgroupRoot, String podUid, String containerId, Path script, Path log)
            throws IOException {
        return open(cgroupRoot, podUid, containerId, List.of("unshare", "--net", "--"), script, log);
    }

    /** Like {@link #open}, in the network namespace of the node, as a pod with {@code hostNetwork: true}. */
    public static PodSandbox openOnHostNetwork(
            Path cgroupRoot, String podUid, String containerId, Path script, Path log) throws IOException {
        return open(cgroupRoot, podUid, containerId, List.of(), script, log);
    }

    /** Another container of this pod: in the same network namespace, in a cgroup beside. To be closed before this one. */
    public PodSandbox openBeside(Path cgroupRoot, String podUid, String containerId, Path script, Path log)
            throws IOException {
        List<String> entering = List.of("nsenter", "-t", Long.toString(pid()), "-n", "--");
        return open(cgroupRoot, podUid, containerId, entering, script, log);
    }

    private static PodSandbox open(
            Path cgroupRoot, String podUid, String containerId, List<String> prefix, Path script, Path log)
            throws IOException {
        Path cgroup = cgroupRoot;
        Deque<Path> made = new ArrayDeque<>();
        try {
            for (String name : List.of("kubepods", "burstable", "pod" + podUid, containerId)) {
                cgroup = cgroup.resolve(name);
                makeDirectory(cgroup, made);
            }
            return new PodSandbox(cgroup, made, startProgram(cgroup, prefix, script, log));
        } catch (IOException e) {
            removeDirectories(made);
            throw e;
        }
    }

    private static void makeDirectory(Path directory, Deque<Path> made) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(directory);
            made.push(directory);
        }
    }

    private static ChildProgram startProgram(Path cgroup, List<String> prefix, Path script, Path log)
            throws IOException {
        // The namespace first, then the cgroup: a process of the pod is never seen in the namespace of the node.
        String enter = "echo $$ > \"$0/cgroup.procs\" && exec bash \"$1\"";
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("bash", "-c", enter, cgroup.toString(), script.toString()));
        return ChildProgram.open("pod's program", command, Map.of(), log, Duration.ZERO);
    }

    /** Where the container's processes are, and where others can be put. */
    public Path cgroup() {
        return cgroup;
    }

    /** The pod's first process. */
    public long pid() {
        return program.pid();
    }

    /**
     * @throws IllegalStateException when the pod's program has ended
     */
    public void mustRun() {
        program.mustRun();
    }

    public Path log() {
        return program.log();
    }

    /** Kills every process of the pod and removes the cgroups that were made for it. */
    @Override
    public void close() throws IOException {
        Files.writeString(cgroup.resolve("cgroup.kill"), "1");
        program.close();
        removeDirectories(madeCgroups);
    }

    /** Up to the first that another pod has moved into meanwhile. */
    private static void removeDirectories(Deque<Path> made) throws IOException {
        while (!made.isEmpty() && !holdsCgroups(made.peek())) {
            removeWhenEmpty(made.pop());
        }
    }

    private static boolean holdsCgroups(Path cgroup) throws IOException {
        try (Stream<Path> files = Files.list(cgroup)) {
            return files.anyMatch(Files::isDirectory);
        }
    }

    /** A cgroup is busy until the kernel has buried the last of its processes: that takes moments. */
    private static void removeWhenEmpty(Path cgroup) throws IOException {
        for (int attempt = 0; ; attempt++) {
            try {
                Files.delete(cgroup);
                return;
            } catch (IOException e) {
                if (attempt == 100) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a cgroup was being removed", e);
        }
    }
}
