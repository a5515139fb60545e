// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.api.v1alpha1.Engine;
import io.nltap.api.v1alpha1.ModuleState;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.Segment;
import io.nltap.api.v1alpha1.TargetStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Answers the orders of one node, when the test says so. */
final class FakeAgent {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final TestCluster cluster;
    private final String node;
    private long unattributed;
    private String startTime = "";

    FakeAgent(TestCluster cluster, String node) {
        this.cluster = cluster;
        this.node = cluster.node(node);
    }

    /** The order of this node, once there is one. */
    NodeCapture order() {
        await().atMost(LONG).until(() -> current().isPresent());
        return current().orElseThrow();
    }

    Optional<NodeCapture> current() {
        return cluster.orders().stream()
                .filter(order -> order.getSpec().nodeName().equals(node))
                .findFirst();
    }

    /** Of so many datagrams it will say that nobody can tell whose they are. */
    FakeAgent knowsNobodyOf(long datagrams) {
        unattributed = datagrams;
        return this;
    }

    void captures() {
        startTime = Instant.now().toString();
        answer(NodePhase.CAPTURING, null, TargetStatus.State.CAPTURING, 10, List.of());
    }

    void uploads() {
        answer(NodePhase.UPLOADING, EndedBy.DURATION, TargetStatus.State.ENDED, 40, List.of(segment(0, false)));
    }

    void isDone() {
        answer(NodePhase.DONE, EndedBy.DURATION, TargetStatus.State.ENDED, 40, List.of(segment(0, true)));
        cleansUp();
    }

    void fails(String reason, String message) {
        long generation = order().getMetadata().getGeneration();
        write(new NodeCaptureStatus(
                generation,
                NodePhase.FAILED,
                reason,
                message,
                null,
                null,
                EndedBy.ERROR,
                null,
                null,
                null,
                null,
                null,
                null));
        cleansUp();
    }

    /** Keeps its promise. */
    void cleansUp() {
        assertThat(order().getMetadata().getFinalizers()).contains(Api.AGENT_FINALIZER);
        resource().patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
    }

    private void answer(
            NodePhase phase, EndedBy endedBy, TargetStatus.State state, long messages, List<Segment> segments) {
        NodeCapture order = order();
        List<TargetStatus> targets = order.getSpec().targets().stream()
                .map(target ->
                        new TargetStatus(target.podUid(), target.podName(), state, null, 4026531840L, null, null))
                .toList();
        write(new NodeCaptureStatus(
                order.getMetadata().getGeneration(),
                phase,
                null,
                null,
                startTime.isEmpty() ? null : startTime,
                null,
                endedBy,
                Engine.RING,
                ModuleState.AUTOLOADED,
                null,
                Counters.of(messages, messages, messages * 100, 0, 0)
                        .plus(new Counters(0, 0, 0, 0, 0, 0, 0, 0, 0, unattributed)),
                targets,
                segments));
    }

    private void write(NodeCaptureStatus status) {
        NodeCapture answered = new NodeCapture();
        answered.setMetadata(order().getMetadata());
        answered.setSpec(order().getSpec());
        answered.setStatus(status);
        answered.getMetadata().setResourceVersion(null);
        cluster.admin().resource(answered).patchStatus();
    }

    private Segment segment(int number, boolean stored) {
        NodeCapture order = order();
        String key = "%s/%s/%s/%s/%d.pcapng.zst"
                .formatted(
                        order.getSpec().capture().namespace(),
                        order.getSpec().capture().name(),
                        order.getSpec().capture().uid(),
                        node,
                        number);
        return new Segment(number, key, 40, 40, 4000, "0".repeat(64), null, null, stored, null);
    }

    private Resource<NodeCapture> resource() {
        return cluster.admin()
                .resources(NodeCapture.class)
                .inNamespace(cluster.operators)
                .withName(order().getMetadata().getName());
    }
}
