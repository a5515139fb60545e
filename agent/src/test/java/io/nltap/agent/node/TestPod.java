// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import io.nltap.api.v1alpha1.NodeContainer;
import io.nltap.api.v1alpha1.NodeTarget;
import io.nltap.api.v1alpha1.TargetScope;
import io.nltap.e2e.node.PodSandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A pod of this machine, with a process that does nothing by itself. */
final class TestPod implements AutoCloseable {

    private final String name;
    private final String uid;
    private final String containerId;
    private final PodSandbox sandbox;

    private TestPod(String name, String uid, String containerId, PodSandbox sandbox) {
        this.name = name;
        this.uid = uid;
        this.containerId = containerId;
        this.sandbox = sandbox;
    }

    static TestPod open(String name, Path directory) throws IOException {
        return open(NodeTarget.pod(name, UUID.randomUUID().toString(), List.of()), directory);
    }

    /** Makes a pod of an identity that an order may already name. */
    static TestPod open(NodeTarget identity, Path directory) throws IOException {
        String containerId = identity.podUid().replace("-", "").repeat(2);
        Path script = directory.resolve(identity.podName() + ".sh");
        Files.writeString(script, "ip link set lo up\nexec sleep infinity\n");
        PodSandbox sandbox = PodSandbox.open(
                cgroups(), identity.podUid(), containerId, script, directory.resolve(identity.podName() + ".log"));
        return new TestPod(identity.podName(), identity.podUid(), containerId, sandbox);
    }

    /** A pod with {@code hostNetwork: true}. */
    static TestPod openOnHostNetwork(String name, Path directory) throws IOException {
        String uid = UUID.randomUUID().toString();
        String containerId = uid.replace("-", "").repeat(2);
        Path script = Files.writeString(directory.resolve(name + ".sh"), "exec sleep infinity\n");
        PodSandbox sandbox =
                PodSandbox.openOnHostNetwork(cgroups(), uid, containerId, script, directory.resolve(name + ".log"));
        return new TestPod(name, uid, containerId, sandbox);
    }

    /** Where version 2 is mounted: {@code cgroup2 /sys/fs/cgroup cgroup2 rw,… 0 0}. */
    private static Path cgroups() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .map(line -> line.split(" "))
                .filter(fields -> fields[2].equals("cgroup2"))
                .map(fields -> Path.of(fields[1]))
                .findFirst()
                .orElseThrow(() -> new IOException("no cgroup2 file system is mounted here"));
    }

    /** As a container of this pod that starts later, or anew; to be closed before the pod. */
    final class Container implements AutoCloseable {
        private final String id;
        private final PodSandbox beside;

        private Container(String id, PodSandbox beside) {
            this.id = id;
            this.beside = beside;
        }

        String id() {
            return id;
        }

        void talkSlowly(int times) {
            enter(beside.cgroup(), pid(), "bash", "-c", slowly(times));
        }

        @Override
        public void close() throws IOException {
            beside.close();
        }
    }

    Container openContainer(Path directory) throws IOException {
        String id = UUID.randomUUID().toString().replace("-", "").repeat(2);
        Path script = Files.writeString(directory.resolve(id + ".sh"), "exec sleep infinity\n");
        return new Container(id, sandbox.openBeside(cgroups(), uid, id, script, directory.resolve(id + ".log")));
    }

    NodeTarget target() {
        return NodeTarget.pod(name, uid, List.of(new NodeContainer("main", containerId)));
    }

    /** With a name for a container besides its own. */
    NodeTarget targetWith(String containerName, Container container) {
        return NodeTarget.pod(
                name,
                uid,
                List.of(new NodeContainer("main", containerId), new NodeContainer(containerName, container.id())));
    }

    NodeTarget targetOnHostNetwork() {
        return new NodeTarget(name, uid, List.of(new NodeContainer("main", containerId)), TargetScope.POD, true);
    }

    NodeTarget targetOfContainer(String id) {
        return new NodeTarget(name, uid, List.of(new NodeContainer("other", id)), TargetScope.CONTAINERS, false);
    }

    /** Starts a program in the container that goes on until the pod ends. */
    void start(String command) {
        run("bash", "-c", command + " </dev/null >/dev/null 2>&1 & disown");
    }

    long pid() {
        return sandbox.pid();
    }

    /** Runs a program in the container, as far as cgroup and network namespace make one. */
    String run(String... command) {
        return enter(sandbox.cgroup(), pid(), command);
    }

    /** So many requests, each in a datagram of its own with one message, and so many answers. */
    void talk(int times) {
        String batch = "rule show\n".repeat(times);
        run("bash", "-c", "ip -force -batch - >/dev/null <<'E'\n" + batch + "E");
    }

    /** Like {@link #talk}, by a process that lives for some seconds: kernels before 6.10 do not tell of shorter ones. */
    void talkSlowly(int times) {
        run("bash", "-c", slowly(times));
    }

    private static String slowly(int times) {
        return slowlyAll("for i in $(seq %d); do echo rule show; sleep 0.02; done".formatted(times));
    }

    /** For bash: one command of ip, which lives for some seconds. */
    static String slowly(String command) {
        return slowlyAll("echo " + command);
    }

    /** A busy machine takes seconds to start the program, and kernels before 6.10 do not tell of one that ends soon after it spoke. */
    private static String slowlyAll(String commands) {
        return "(sleep 3; %s; sleep 2) | ip -batch - >/dev/null".formatted(commands);
    }

    private static String enter(Path cgroup, long pid, String... command) {
        List<String> entering = new ArrayList<>(
                List.of("bash", "-c", "echo $$ > \"$0/cgroup.procs\" && exec \"$@\"", cgroup.toString()));
        entering.addAll(List.of("nsenter", "-t", Long.toString(pid), "-n", "--"));
        entering.addAll(List.of(command));
        return Commands.run(entering);
    }

    /** Runs a program of the node in the network namespace of the pod. */
    String runFromOutside(String... command) {
        List<String> entering = new ArrayList<>(List.of("nsenter", "-t", Long.toString(pid()), "-n", "--"));
        entering.addAll(List.of(command));
        return Commands.run(entering);
    }

    String nlmonDevices() {
        return runFromOutside("ip", "-d", "-o", "link", "show", "type", "nlmon").strip();
    }

    @Override
    public void close() throws IOException {
        sandbox.close();
    }
}
