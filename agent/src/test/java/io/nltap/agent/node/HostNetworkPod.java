// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import io.nltap.agent.witness.TracedContainer;
import io.nltap.api.v1alpha1.NodeContainer;
import io.nltap.api.v1alpha1.NodeTarget;
import io.nltap.api.v1alpha1.TargetScope;
import io.nltap.e2e.node.PodSandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** A pod in the network namespace of the node, with one container that has its own namespaces for processes and cgroups. */
record HostNetworkPod(String name, String uid, String containerId, PodSandbox sandbox, Path directory)
        implements AutoCloseable {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    static HostNetworkPod open(String name, Path parent) throws IOException {
        Path directory = Files.createDirectories(parent.resolve(name));
        String uid = UUID.randomUUID().toString();
        String containerId = uid.replace("-", "").repeat(2);
        Path script = Files.writeString(directory.resolve("program.sh"), "exec sleep infinity\n");
        PodSandbox sandbox =
                PodSandbox.openOnHostNetwork(CGROUPS, uid, containerId, script, directory.resolve("program.log"));
        return new HostNetworkPod(name, uid, containerId, sandbox, directory);
    }

    NodeTarget target() {
        return new NodeTarget(name, uid, List.of(new NodeContainer("main", containerId)), TargetScope.POD, true);
    }

    /** Runs programs as further containers' do: in namespaces for processes and cgroups of their own. */
    TracedContainer traced() {
        return new TracedContainer(
                List.of("unshare", "--pid", "--fork", "--cgroup", "--mount-proc", "--"),
                CGROUPS.resolve("kubepods/burstable/pod" + uid).resolve(containerId),
                directory);
    }

    @Override
    public void close() throws IOException {
        sandbox.close();
    }
}
