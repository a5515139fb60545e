// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents that are told to end or are killed, and what their successors make of what they left. */
class AgentEndKernelIT {
    private static final int RTM_GETRULE = 34;

    @TempDir
    Path directory;

    private TestNode node;
    private TestPod pod;

    @BeforeEach
    void makeNode() throws IOException {
        node = new TestNode(directory);
        pod = node.pod("web");
    }

    @AfterEach
    void leavesTheNodeAsItWas() throws IOException {
        try {
            node.assertClean();
        } finally {
            node.close();
        }
    }

    @Test
    void uploadsAndCleansUpWhenItIsToldToEnd() throws IOException {
        node.startAgent();
        node.apply(TestOrder.of("interrupted", pod.target()));
        node.awaitPhase("interrupted", NodePhase.CAPTURING);
        pod.talk(9);

        node.endAgent();

        NodeCaptureStatus status = node.status("interrupted");
        assertThat(status.phase()).isEqualTo(NodePhase.FAILED);
        assertThat(status.endedBy()).isEqualTo(EndedBy.AGENT_STOPPED);
        assertThat(status.reason()).isEqualTo("AgentStopped");
        assertThat(requests(onlyFile("interrupted"))).isEqualTo(9);
        assertThat(node.isPromised("interrupted")).isFalse();
    }

    @Test
    void leavesInTheSpoolWhatItCannotUploadBeforeItEnds() throws IOException {
        node.gateway().be(FakeGateway.Mood.BUSY);
        node.startAgent();
        node.apply(TestOrder.of("unsent", pod.target()));
        node.apply(TestOrder.of("unbegun", TestOrder.absentPod()));
        node.awaitPhase("unsent", NodePhase.CAPTURING);
        pod.talk(9);
        node.endAgent();
        NodeCaptureStatus between = node.status("unsent");
        boolean promised = node.isPromised("unsent");
        node.gateway().be(FakeGateway.Mood.TAKES);

        node.startAgent();
        NodeCaptureStatus status = node.awaitReleased("unsent");

        assertThat(between.phase()).isEqualTo(NodePhase.UPLOADING);
        assertThat(between.endedBy()).isEqualTo(EndedBy.AGENT_STOPPED);
        assertThat(promised).isTrue();
        assertThat(status.phase()).isEqualTo(NodePhase.FAILED);
        assertThat(status.endedBy()).isEqualTo(EndedBy.AGENT_STOPPED);
        assertThat(status.segments())
                .singleElement()
                .satisfies(segment -> assertThat(segment.stored()).isTrue());
        assertThat(requests(onlyFile("unsent"))).isEqualTo(9);
        // What had not begun is begun by the next agent.
        assertThat(node.status("unbegun").phase()).isEqualTo(NodePhase.PENDING);
        node.stop("unbegun");
        assertThat(node.awaitReleased("unbegun").endedBy()).isEqualTo(EndedBy.STOP);
    }

    @Test
    void cleansUpAfterAnAgentThatWasKilled() throws IOException {
        node.startAgent();
        node.apply(TestOrder.of("killed", pod.target()).interval("2s"));
        node.awaitPhase("killed", NodePhase.CAPTURING);
        pod.talk(9);
        node.awaitStatus(
                "killed",
                "the first segment stored",
                status -> status.segments().stream().anyMatch(Segment::stored));
        pod.talk(4);
        await("the second segment's frames on the disk")
                .atMost(Duration.ofSeconds(30))
                .until(() -> node.spooled().stream().anyMatch(AgentEndKernelIT::holdsFrames));
        node.killAgent();
        String devicesLeft = pod.nlmonDevices();

        node.startAgent();
        NodeCaptureStatus status = node.awaitReleased("killed");

        assertThat(devicesLeft).contains("nltap-");
        assertThat(status.phase()).isEqualTo(NodePhase.FAILED);
        assertThat(status.endedBy()).isEqualTo(EndedBy.AGENT_RESTARTED);
        assertThat(status.reason()).isEqualTo("AgentRestarted");
        Segment last = status.segments().get(status.segments().size() - 1);
        assertThat(status.message()).contains("reaches until " + last.lastTime());
        assertThat(status.segments()).hasSizeGreaterThanOrEqualTo(2).allMatch(Segment::stored);
        assertThat(node.stored("killed").values().stream()
                        .mapToLong(AgentEndKernelIT::requests)
                        .sum())
                .isEqualTo(13);
    }

    @Test
    void saysWhatTheGatewayRefusesAndKeepsItForAWhile() throws IOException {
        node.gateway().be(FakeGateway.Mood.REFUSES);
        node.startAgent();
        node.apply(TestOrder.of("refused", pod.target()));
        node.awaitPhase("refused", NodePhase.CAPTURING);
        pod.talk(1);
        node.stop("refused");

        NodeCaptureStatus status = node.awaitReleased("refused");

        assertThat(status.phase()).isEqualTo(NodePhase.FAILED);
        assertThat(status.endedBy()).isEqualTo(EndedBy.STOP);
        assertThat(status.reason()).isEqualTo("UploadRefused");
        assertThat(status.message()).contains("Segment 0").contains("this is not your capture");
        assertThat(node.spooled()).anyMatch(file -> file.toString().endsWith("0.pcapng"));
        // An administrator who has put that right need only restart the agent.
        node.gateway().be(FakeGateway.Mood.TAKES);
        node.endAgent();
        node.startAgent();
        await("the refused segment to be stored")
                .atMost(Duration.ofSeconds(90))
                .until(() -> !node.stored("refused").isEmpty() && node.spooled().isEmpty());
    }

    private static boolean holdsFrames(Path file) {
        try {
            return file.toString().endsWith(".pcapng.part") && Files.size(file) > 1000;
        } catch (IOException e) {
            return false; // renamed or deleted in between
        }
    }

    private byte[] onlyFile(String name) {
        List<byte[]> files = List.copyOf(node.stored(name).values());
        assertThat(files).hasSize(1);
        return files.get(0);
    }

    private static long requests(byte[] file) {
        return CapturedFile.of(file).types().stream()
                .filter(type -> type == RTM_GETRULE)
                .count();
    }
}
