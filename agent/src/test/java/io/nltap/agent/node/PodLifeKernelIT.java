// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.TargetStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Pods that go while they are captured: the tap holds nothing, and loses no count. */
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

    /** The pod's namespace stays, as the sandbox that Kubernetes keeps for it does. */
    @Test
    void aContainerThatStartsAnewIsCapturedLikeTheOneBefore() throws IOException {
        TestPod pod = node.pod("restarted");
        TestPod.Container before = pod.openContainer(directory);
        node.apply(TestOrder.of("restarted", pod.targetWith("app", before)));
        node.awaitPhase("restarted", NodePhase.CAPTURING);
        before.talkSlowly(15);
        before.close();
        TestPod.Container after = pod.openContainer(directory);
        after.talkSlowly(20);
        node.stop("restarted");
        NodeCaptureStatus status = node.awaitReleased("restarted");

        CapturedFile file = file("restarted");
        assertThat(requests("restarted")).isEqualTo(35);
        assertThat(file.interfaces()).containsExactly("shop/restarted");
        assertThat(file.authors())
                .filteredOn(author -> author.comm().equals(Optional.of("ip")))
                .isNotEmpty()
                .allSatisfy(author -> assertThat(author.pod()).contains("shop/restarted"))
                .extracting(author -> author.container().orElse("none"))
                .containsOnly("app", after.id().substring(0, 12));
        assertThat(stateOf(status)).isEqualTo(TargetStatus.State.ENDED);
        assertCounted(status, "restarted");
        after.close();
        node.endPod(pod);
    }

    /** As when its sandbox died: the same pod in another namespace. */
    @Test
    void aPodThatIsMadeAnewIsFollowedIntoItsNewNamespace() throws IOException {
        TestPod before = node.pod("anew");
        watchNamespace("veth-anew", before.pid());
        node.apply(TestOrder.of("anew", before.target()));
        node.awaitPhase("anew", NodePhase.CAPTURING);
        before.talkSlowly(15);
        node.endPod(before);
        node.awaitStatus("anew", "pod gone", it -> stateOf(it) == TargetStatus.State.GONE);
        awaitEndOfNamespace("veth-anew");

        TestPod after = node.pod(before.target());
        watchNamespace("veth-anew", after.pid());
        node.awaitStatus("anew", "pod found again", it -> stateOf(it) == TargetStatus.State.CAPTURING);
        after.talkSlowly(20);
        node.stop("anew");
        NodeCaptureStatus status = node.awaitReleased("anew");
        node.endPod(after);
        awaitEndOfNamespace("veth-anew");

        assertThat(requests("anew")).isEqualTo(35);
        assertThat(file("anew").interfaces()).isNotEmpty().containsOnly("shop/anew");
        assertThat(stateOf(status)).isEqualTo(TargetStatus.State.ENDED);
        assertCounted(status, "anew");
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

    private CapturedFile file(String name) {
        return CapturedFile.of(node.stored(name).values().iterator().next());
    }

    private long requests(String name) {
        return file(name).types().stream().filter(type -> type == RTM_GETRULE).count();
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
