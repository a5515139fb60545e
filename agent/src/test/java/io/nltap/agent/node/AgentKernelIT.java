// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.Compression;
import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.api.v1alpha1.Engine;
import io.nltap.api.v1alpha1.ModuleState;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.NodeTarget;
import io.nltap.api.v1alpha1.Segment;
import io.nltap.api.v1alpha1.TargetStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One agent, started once, and everything that it does while it runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentKernelIT {
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
    void bringsWhatAPodSaysToTheStore() throws IOException {
        TestPod pod = node.pod("web");
        node.apply(TestOrder.of("whole", pod.target()).compression(Compression.ZSTD));
        node.awaitPhase("whole", NodePhase.CAPTURING);
        pod.talk(50);
        node.stop("whole");

        NodeCaptureStatus status = node.awaitReleased("whole");

        assertThat(status.phase()).isEqualTo(NodePhase.DONE);
        assertThat(status.endedBy()).isEqualTo(EndedBy.STOP);
        assertThat(status.reason()).isNull();
        assertThat(status.engine()).isEqualTo(Engine.RING);
        assertThat(status.module()).isEqualTo(ModuleState.AUTOLOADED);
        assertThat(status.counters().dropped()).isZero();
        assertThat(status.targets()).singleElement().satisfies(target -> {
            assertThat(target.state()).isEqualTo(TargetStatus.State.ENDED);
            assertThat(target.counters().frames()).isEqualTo(status.counters().frames());
            assertThat(target.counters().messages()).isEqualTo(status.counters().messages());
        });
        Segment segment = status.segments().get(0);
        byte[] file = node.stored("whole").get(segment.key());
        assertThat(segment.stored()).isTrue();
        assertThat(segment.size()).isEqualTo(file.length);
        assertThat(segment.sha256()).isEqualTo(FakeGateway.sha256(file));
        assertThat(tshark(file)).hasSize((int) status.counters().frames()).allMatch("shop/web"::equals);
        node.endPod(pod);
    }

    @Test
    void saysThatItBeginsBeforeTheFirstTapIsOpen() throws IOException {
        TestPod pod = node.pod("begun");
        List<NodeCaptureStatus> answers;
        try (TestNode.Answers watched = node.watchAnswers("begun")) {
            node.apply(TestOrder.of("begun", pod.target()));
            node.awaitPhase("begun", NodePhase.CAPTURING);
            node.stop("begun");
            node.awaitReleased("begun");
            answers = watched.soFar();
        }

        assertThat(answers.get(0).phase()).isEqualTo(NodePhase.PENDING);
        // On a slow machine it has not found the pod's process by its first answer.
        assertThat(answers.get(0).reason()).isIn(Api.OPENING_TAPS, "WaitingForPods");
        assertThat(answers.get(0).observedGeneration()).isPositive();
        assertThat(answers).extracting(NodeCaptureStatus::phase).contains(NodePhase.CAPTURING);
        node.endPod(pod);
    }

    @Test
    void endsWhenTimeIsOver() throws IOException {
        TestPod pod = node.pod("timed");
        node.apply(TestOrder.of("timed", pod.target()).duration("2s"));

        NodeCaptureStatus status = node.awaitReleased("timed");

        assertThat(status.endedBy()).isEqualTo(EndedBy.DURATION);
        assertThat(status.phase()).isEqualTo(NodePhase.DONE);
        assertThat(Duration.between(Instant.parse(status.startTime()), Instant.parse(status.endTime())))
                .isBetween(Duration.ofMillis(1990), Duration.ofSeconds(4));
        node.endPod(pod);
    }

    @Test
    void endsAfterExactlyAsManyMessagesAsAsked() throws IOException {
        TestPod pod = node.pod("chatty");
        node.apply(TestOrder.of("messages", pod.target()).messages(7));
        node.awaitPhase("messages", NodePhase.CAPTURING);
        pod.run("ip", "link", "set", "lo", "mtu", "1400");
        for (int mtu = 1400; mtu < 1420; mtu++) {
            pod.run("ip", "link", "set", "lo", "mtu", Integer.toString(mtu));
        }

        NodeCaptureStatus status = node.awaitReleased("messages");

        assertThat(status.endedBy()).isEqualTo(EndedBy.MESSAGES);
        assertThat(status.counters().messages()).isBetween(1L, 7L);
        assertThat(status.counters().droppedByLimits()).isPositive();
        assertThat(messages(node.stored("messages").values().iterator().next()))
                .hasSize((int) status.counters().messages());
        node.endPod(pod);
    }

    @Test
    void endsBeforeMoreBytesThanAsked() throws IOException {
        TestPod pod = node.pod("verbose");
        node.apply(TestOrder.of("bytes", pod.target()).bytes("1Mi"));
        node.awaitPhase("bytes", NodePhase.CAPTURING);
        pod.talk(4000);

        NodeCaptureStatus status = node.awaitReleased("bytes");

        assertThat(status.endedBy()).isEqualTo(EndedBy.BYTES);
        assertThat(status.phase()).isEqualTo(NodePhase.DONE);
        assertThat(node.stored("bytes").values().stream()
                        .mapToInt(file -> file.length)
                        .sum())
                .isBetween((1 << 20) - 10_000, 1 << 20)
                .isEqualTo((int) status.counters().bytes());
        node.endPod(pod);
    }

    @Test
    void letsTwoSessionsShareANamespaceEachWithAllFrames() throws IOException {
        TestPod pod = node.pod("shared");
        node.apply(TestOrder.of("first", pod.target()));
        node.apply(TestOrder.of("second", pod.target()));
        node.awaitPhase("first", NodePhase.CAPTURING);
        node.awaitPhase("second", NodePhase.CAPTURING);
        String devices = pod.nlmonDevices();
        pod.talk(20);
        node.stop("first");
        NodeCaptureStatus first = node.awaitReleased("first");
        pod.talk(30);
        node.stop("second");
        NodeCaptureStatus second = node.awaitReleased("second");

        assertThat(devices.lines()).hasSize(1);
        assertThat(requests(node.stored("first").values().iterator().next())).isEqualTo(20);
        assertThat(requests(node.stored("second").values().iterator().next())).isEqualTo(50);
        assertThat(first.phase()).isEqualTo(NodePhase.DONE);
        assertThat(second.phase()).isEqualTo(NodePhase.DONE);
        node.endPod(pod);
    }

    @Test
    void letsGoOfAPodThatVanishes() throws IOException {
        TestPod pod = node.pod("brief");
        TestPod other = node.pod("lasting");
        Commands.run(
                "ip",
                "link",
                "add",
                "veth-brief",
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                Long.toString(pod.pid()));
        node.apply(TestOrder.of("vanish", pod.target(), other.target()));
        node.awaitStatus(
                "vanish",
                "both pods captured",
                status -> status.targets().stream().allMatch(it -> it.state() == TargetStatus.State.CAPTURING)
                        && status.targets().size() == 2);
        pod.talk(10);
        node.endPod(pod);

        NodeCaptureStatus while1 =
                node.awaitStatus("vanish", "one pod gone", status -> state(status, "brief") == TargetStatus.State.GONE);
        await("the pod's end of its veth, and with it its namespace, to go")
                .atMost(Duration.ofSeconds(30))
                .until(() -> !Commands.run("ip", "-o", "link").contains("veth-brief"));
        other.talk(5);
        node.stop("vanish");
        NodeCaptureStatus status = node.awaitReleased("vanish");

        assertThat(while1.phase()).isEqualTo(NodePhase.CAPTURING);
        assertThat(status.phase()).isEqualTo(NodePhase.DONE);
        assertThat(state(status, "brief")).isEqualTo(TargetStatus.State.GONE);
        assertThat(state(status, "lasting")).isEqualTo(TargetStatus.State.ENDED);
        assertThat(requests(node.stored("vanish").values().iterator().next())).isEqualTo(15);
        node.endPod(other);
    }

    @Test
    void followsPodsThatComeLater() throws IOException {
        NodeTarget identity = NodeTarget.pod("late", UUID.randomUUID().toString(), List.of());
        TestPod pod = node.pod("early");
        node.apply(TestOrder.of("follow", identity));
        NodeCaptureStatus waiting =
                node.awaitStatus("follow", "waiting", status -> "WaitingForPods".equals(status.reason()));
        node.retarget("follow", List.of(identity, pod.target()));
        node.awaitPhase("follow", NodePhase.CAPTURING);
        TestPod late = node.pod(identity);
        node.awaitStatus(
                "follow", "the late pod captured", status -> state(status, "late") == TargetStatus.State.CAPTURING);
        pod.talk(3);
        late.talk(4);
        node.stop("follow");

        NodeCaptureStatus status = node.awaitReleased("follow");

        assertThat(waiting.phase()).isEqualTo(NodePhase.PENDING);
        assertThat(waiting.message()).isEqualTo("Waits for a process of pod late on this node.");
        assertThat(status.phase()).isEqualTo(NodePhase.DONE);
        CapturedFile file =
                CapturedFile.of(node.stored("follow").values().iterator().next());
        assertThat(file.interfaces()).containsExactlyInAnyOrder("shop/early", "shop/late");
        assertThat(file.types().stream().filter(type -> type == RTM_GETRULE)).hasSize(7);
        node.endPod(pod);
        node.endPod(late);
    }

    @Test
    void keepsSegmentsUntilTheGatewayTakesThem() throws IOException {
        TestPod pod = node.pod("patient");
        node.gateway().be(FakeGateway.Mood.BUSY);
        node.apply(TestOrder.of("patience", pod.target()).interval("1s"));
        node.awaitPhase("patience", NodePhase.CAPTURING);
        pod.talk(2);
        node.awaitStatus("patience", "a segment", status -> !status.segments().isEmpty());
        pod.talk(3);
        node.stop("patience");
        NodeCaptureStatus uploading = node.awaitStatus(
                "patience",
                "word of the delay",
                status -> status.phase() == NodePhase.UPLOADING && "UploadDelayed".equals(status.reason()));
        boolean promised = node.isPromised("patience");
        node.gateway().be(FakeGateway.Mood.TAKES);

        NodeCaptureStatus status = node.awaitReleased("patience");

        assertThat(uploading.message()).contains("Segment 0").contains("503").contains("the store is away");
        assertThat(promised).isTrue();
        assertThat(status.phase()).isEqualTo(NodePhase.DONE);
        assertThat(status.reason()).isNull();
        assertThat(status.segments()).hasSizeGreaterThanOrEqualTo(2).allMatch(Segment::stored);
        assertThat(node.stored("patience").values().stream()
                        .mapToLong(AgentKernelIT::requests)
                        .sum())
                .isEqualTo(5);
        node.endPod(pod);
    }

    @Test
    void uploadsWhatThereIsWhenTheOrderIsDeleted() throws IOException {
        TestPod pod = node.pod("dropped");
        node.apply(TestOrder.of("deleted", pod.target()));
        node.awaitPhase("deleted", NodePhase.CAPTURING);
        pod.talk(6);

        node.delete("deleted");

        await("the NodeCapture to go").atMost(Duration.ofSeconds(60)).until(() -> !node.exists("deleted"));
        assertThat(requests(node.stored("deleted").values().iterator().next())).isEqualTo(6);
        node.endPod(pod);
    }

    @Test
    void answersAnOrderThatItCannotRead() {
        String yaml = """
                apiVersion: nltap.io/v1alpha1
                kind: NodeCapture
                metadata:
                  name: odd
                  namespace: %s
                  labels: {nltap.io/node: %s}
                  finalizers: [nltap.io/agent]
                spec: {nodeName: %s, targets: [], gatway: https://gateway.example}
                """.formatted(TestNode.NAMESPACE, TestNode.NAME, TestNode.NAME);
        node.client()
                .resource(Serialization.unmarshal(yaml, GenericKubernetesResource.class))
                .create();

        NodeCaptureStatus status = node.awaitReleased("odd");

        assertThat(status.phase()).isEqualTo(NodePhase.FAILED);
        assertThat(status.reason()).isEqualTo("InvalidOrder");
        assertThat(status.message()).startsWith("spec cannot be carried out: gatway is not known to this agent");
    }

    @Test
    void goesOnWhileTheApiServerIsAway() throws IOException {
        TestPod pod = node.pod("steady");
        node.apply(TestOrder.of("steady", pod.target()));
        node.awaitPhase("steady", NodePhase.CAPTURING);
        node.server().disconnectWatches();
        pod.talk(8);
        node.stop("steady");

        NodeCaptureStatus status = node.awaitReleased("steady");

        assertThat(status.phase()).isEqualTo(NodePhase.DONE);
        assertThat(requests(node.stored("steady").values().iterator().next())).isEqualTo(8);
        node.endPod(pod);
    }

    private static TargetStatus.State state(NodeCaptureStatus status, String pod) {
        return status.targets().stream()
                .filter(target -> target.podName().equals(pod))
                .map(TargetStatus::state)
                .findFirst()
                .orElse(TargetStatus.State.WAITING);
    }

    private static List<Integer> messages(byte[] file) {
        return CapturedFile.of(file).types();
    }

    private static long requests(byte[] file) {
        return messages(file).stream().filter(type -> type == RTM_GETRULE).count();
    }

    /** Name of the interface of each frame. */
    private List<String> tshark(byte[] file) throws IOException {
        Path pcap = Files.write(directory.resolve("opened.pcapng.zst"), file);
        return Commands.run("tshark", "-r", pcap.toString(), "-T", "fields", "-e", "frame.interface_name")
                .lines()
                .filter(line -> !line.startsWith("Running as user"))
                .toList();
    }
}
