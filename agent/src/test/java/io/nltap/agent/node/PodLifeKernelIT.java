// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodeContainer;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.NodeTarget;
import io.nltap.api.v1alpha1.TargetStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Pods that are deleted, restarted and moved while they are captured: the tap follows them, holds nothing, loses no count. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PodLifeKernelIT {
    private static final int RTM_GETRULE = 34;

    @TempDir
    static Path directory;

    private TestNode node;

    @BeforeAll
    void startAgent() throws IOException {
        node = new TestNode(directory);
        node.startAgent();
    }

    @AfterEach
    void leavesTheNodeAsItWas() throws IOException {
        node.assertClean();
    }

    @AfterAll
    void endAgent() throws IOException {
        node.close();
    }

    @Test
    void aPodThatIsDeletedTakesItsNamespaceWithItAndKeepsItsCounts() throws IOException {
        TestPod pod = node.pod("deleted");
        watchNamespace("veth-deleted", pod.pid());
        node.apply(TestOrder.of("deleted", pod.target()));
        node.awaitPhase("deleted", NodePhase.CAPTURING);
        pod.talkSlowly(25);
        node.endPod(pod);

        NodeCaptureStatus gone =
                node.awaitStatus("deleted", "pod gone", status -> stateOf(status) == TargetStatus.State.GONE);
        awaitEndOfNamespace("veth-deleted");
        node.stop("deleted");
        NodeCaptureStatus status = node.awaitReleased("deleted");

        assertThat(gone.phase()).isEqualTo(NodePhase.CAPTURING);
        assertThat(requests("deleted")).isEqualTo(25);
        assertCounted(status, "deleted");
    }

    /** The kubelet makes a pod's sandbox anew, with another network namespace, when that has died. */
    @Test
    void aPodWhoseSandboxIsMadeAnewIsFollowedIntoItsNewNamespace() throws IOException {
        NodeTarget identity = NodeTarget.pod("restarted", UUID.randomUUID().toString(), List.of());
        TestPod first = node.pod(identity);
        watchNamespace("veth-restarted", first.pid());
        node.apply(TestOrder.of("restarted", identity));
        node.awaitPhase("restarted", NodePhase.CAPTURING);
        first.talkSlowly(20);
        node.endPod(first);
        awaitEndOfNamespace("veth-restarted");
        node.awaitStatus("restarted", "pod gone", status -> stateOf(status) == TargetStatus.State.GONE);

        // The new namespace may have the old one's number.
        TestPod second = node.pod(identity);
        NodeCaptureStatus after = node.awaitStatus(
                "restarted", "captured again", status -> stateOf(status) == TargetStatus.State.CAPTURING);
        second.talkSlowly(30);
        node.stop("restarted");
        NodeCaptureStatus status = node.awaitReleased("restarted");

        assertThat(after.targets()).hasSize(1);
        assertThat(requests("restarted")).isEqualTo(50);
        assertThat(file("restarted").interfaces()).hasSize(2);
        assertCounted(status, "restarted");
        assertAllOf("restarted", "shop/restarted");
        node.endPod(second);
    }

    /** Its network namespace stays, its id and its processes do not. */
    @Test
    void aContainerThatIsRestartedIsThePodsFromItsFirstMessageOn() throws IOException {
        TestPod pod = node.pod("recovering");
        node.apply(TestOrder.of("recovering", pod.target()));
        node.awaitPhase("recovering", NodePhase.CAPTURING);
        String next = "bc".repeat(32);
        try (TestPod.Container container = pod.startContainer(next)) {
            container.talkSlowly(20);
            NodeTarget renewed =
                    NodeTarget.pod("recovering", pod.target().podUid(), List.of(new NodeContainer("second", next)));
            node.retarget("recovering", List.of(renewed));
            container.talkSlowly(20);
            node.stop("recovering");
            NodeCaptureStatus status = node.awaitReleased("recovering");

            assertThat(requests("recovering")).isEqualTo(40);
            assertCounted(status, "recovering");
        }
        assertAllOf("recovering", "shop/recovering");
        assertThat(file("recovering").authors())
                .filteredOn(author -> author.pod().isPresent())
                .extracting(author -> author.container().orElse("-"))
                .contains(next.substring(0, 12))
                .isSubsetOf(next.substring(0, 12), "second");
        node.endPod(pod);
    }

    @Test
    void aPodThatMovesIntoAnotherNamespaceIsFollowedThere() throws IOException {
        TestPod pod = node.pod("moving");
        TestPod other = node.pod("place-to-go");
        watchNamespace("veth-moving", pod.pid());
        node.apply(TestOrder.of("moving", pod.target()));
        NodeCaptureStatus before = node.awaitPhase("moving", NodePhase.CAPTURING);
        pod.talkSlowly(20);
        pod.moveInto(other.pid());
        awaitEndOfNamespace("veth-moving");
        NodeCaptureStatus after = node.awaitStatus(
                "moving",
                "captured elsewhere",
                status -> stateOf(status) == TargetStatus.State.CAPTURING && netnsOf(status) != netnsOf(before));
        pod.talkSlowlyIn(other.pid(), 30);
        node.stop("moving");
        NodeCaptureStatus status = node.awaitReleased("moving");

        assertThat(after.phase()).isEqualTo(NodePhase.CAPTURING);
        assertThat(requests("moving")).isEqualTo(50);
        assertCounted(status, "moving");
        assertAllOf("moving", "shop/moving");
        node.endPod(pod);
        node.endPod(other);
    }

    /** An interface pair whose end outside lives exactly as long as the namespace. */
    private static void watchNamespace(String veth, long pid) {
        Commands.run("ip", "link", "add", veth, "type", "veth", "peer", "name", "eth0", "netns", Long.toString(pid));
    }

    private static void awaitEndOfNamespace(String veth) {
        await("the namespace of " + veth + " to go")
                .atMost(Duration.ofSeconds(60))
                .until(() -> !Commands.run("ip", "-o", "link").contains(veth));
    }

    private static TargetStatus.State stateOf(NodeCaptureStatus status) {
        return status.targets().isEmpty()
                ? TargetStatus.State.WAITING
                : status.targets().get(0).state();
    }

    private static long netnsOf(NodeCaptureStatus status) {
        Long netns = status.targets().get(0).netns();
        return netns == null ? 0 : netns;
    }

    private CapturedFile file(String name) {
        return CapturedFile.of(node.stored(name).values().iterator().next());
    }

    private long requests(String name) {
        return file(name).types().stream().filter(type -> type == RTM_GETRULE).count();
    }

    /** What is known to be somebody's is the pod's, and most is. */
    private void assertAllOf(String name, String pod) {
        assertThat(file(name).authors())
                .filteredOn(author -> author.pid().isPresent() && !author.isKernel())
                .isNotEmpty()
                .allSatisfy(author -> assertThat(author.pod()).contains(pod));
    }

    private void assertCounted(NodeCaptureStatus status, String name) {
        assertThat(status.phase()).as(String.valueOf(status.message())).isEqualTo(NodePhase.DONE);
        Counters counters = status.counters();
        assertThat(counters.received()).isPositive().isEqualTo(counters.accounted());
        assertThat(counters.dropped()).isZero();
        assertThat(counters.frames()).isEqualTo(file(name).frames());
        assertThat(status.targets()).singleElement().satisfies(target -> {
            assertThat(target.counters().frames()).isEqualTo(counters.frames());
            assertThat(target.counters().received()).isEqualTo(target.counters().accounted());
        });
    }
}
