// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Map;

/** Runs pods on this machine and tells the API server about them, as a kubelet does. Not thread-safe. */
public final class FakeKubelet implements AutoCloseable {
    private static final int CONTAINER_ID_BYTES = 32;

    private final KubernetesClient client;
    private final String nodeName;
    private final Path cgroupRoot;
    private final Path logs;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Deque<PodSandbox> sandboxes = new ArrayDeque<>();

    /**
     * @param cgroupRoot where the cgroup v2 hierarchy is mounted
     * @param logs the directory for what the pods write, in files of their names
     */
    public FakeKubelet(KubernetesClient client, String nodeName, Path cgroupRoot, Path logs, Clock clock) {
        this.client = client;
        this.nodeName = nodeName;
        this.cgroupRoot = cgroupRoot;
        this.logs = logs;
        this.clock = clock;
    }

    /** Makes this machine a ready node of the cluster. */
    public void register() {
        Node node = new NodeBuilder()
                .withNewMetadata()
                .withName(nodeName)
                .withLabels(Map.of("kubernetes.io/hostname", nodeName, "kubernetes.io/os", "linux"))
                .endMetadata()
                .withNewStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();
        client.resource(node).create();
    }

    /** Runs a pod until this kubelet is closed. */
    public PodSandbox run(PodPlan plan) throws IOException {
        Pod pod = client.resource(pod(plan)).create();
        String containerId = containerId();
        PodSandbox sandbox = PodSandbox.open(
                cgroupRoot, pod.getMetadata().getUid(), containerId, plan.script(), logs.resolve(plan.name() + ".log"));
        sandboxes.push(sandbox);
        client.resource(pod)
                .editStatus(bound -> new PodBuilder(bound)
                        .withStatus(runningStatus(containerId))
                        .build());
        return sandbox;
    }

    private Pod pod(PodPlan plan) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(plan.namespace())
                .withName(plan.name())
                .withLabels(plan.labels())
                .endMetadata()
                .withNewSpec()
                .withNodeName(nodeName)
                .addNewContainer()
                .withName("main")
                .withImage("demo.invalid/" + plan.name())
                .endContainer()
                .endSpec()
                .build();
    }

    private PodStatus runningStatus(String containerId) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        return new PodStatusBuilder()
                .withPhase("Running")
                .withQosClass("Burstable")
                .withStartTime(now)
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .addNewContainerStatus()
                .withName("main")
                .withContainerID("containerd://" + containerId)
                .withReady(true)
                .withStarted(true)
                .withRestartCount(0)
                .withNewState()
                .withNewRunning()
                .withStartedAt(now)
                .endRunning()
                .endState()
                .endContainerStatus()
                .build();
    }

    private String containerId() {
        byte[] id = new byte[CONTAINER_ID_BYTES];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    /** Ends the pods, the youngest first. */
    @Override
    public void close() throws IOException {
        while (!sandboxes.isEmpty()) {
            sandboxes.pop().close();
        }
    }
}
