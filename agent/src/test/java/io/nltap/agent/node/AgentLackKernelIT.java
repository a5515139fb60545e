// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Agents that lack something: each capture ends with words that help, and nothing is left behind. */
class AgentLackKernelIT {
    private static final Path MODPROBE = Path.of("/proc/sys/kernel/modprobe");

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
    void saysThatTheKernelHasNoNlmon() throws IOException {
        String modprobe = Files.readString(MODPROBE);
        Files.writeString(MODPROBE, "/bin/false");
        try {
            node.with("NLTAP_MODULES", directory.toString()).startAgent();
            node.apply(TestOrder.of("without", pod.target()));

            NodeCaptureStatus status = node.awaitReleased("without");

            assertThat(status.phase()).isEqualTo(NodePhase.FAILED);
            assertThat(status.endedBy()).isEqualTo(EndedBy.ERROR);
            assertThat(status.reason()).isEqualTo("NoNlmon");
            assertThat(status.message()).contains("has no nlmon").contains("CONFIG_NLMON");
            assertThat(status.startTime()).isNull();
            assertThat(status.segments()).isEmpty();
        } finally {
            Files.writeString(MODPROBE, modprobe);
        }
    }

    @ParameterizedTest
    @CsvSource({"sys_ptrace, CAP_SYS_PTRACE", "net_raw, CAP_NET_RAW"})
    void saysWhichCapabilityItLacks(String dropped, String named) throws IOException {
        node.startAgent("setpriv", "--bounding-set", "-" + dropped, "--inh-caps", "-" + dropped);
        node.apply(TestOrder.of("powerless", pod.target()));

        NodeCaptureStatus status = node.awaitReleased("powerless");

        assertThat(status.phase()).isEqualTo(NodePhase.FAILED);
        assertThat(status.reason()).isEqualTo("MissingCapability");
        assertThat(status.message()).contains(named).contains("securityContext.capabilities");
    }

    @Test
    void endsWithAReasonWhenTheSpoolIsFull() throws IOException {
        node.gateway().be(FakeGateway.Mood.BUSY);
        node.with("NLTAP_SPOOL_BYTES", "1Mi").startAgent();
        node.apply(TestOrder.of("full", pod.target()));
        node.awaitPhase("full", NodePhase.CAPTURING);
        pod.talk(4000);
        node.awaitPhase("full", NodePhase.UPLOADING);
        node.gateway().be(FakeGateway.Mood.TAKES);

        NodeCaptureStatus status = node.awaitReleased("full");

        assertThat(status.phase()).isEqualTo(NodePhase.FAILED);
        assertThat(status.endedBy()).isEqualTo(EndedBy.SPOOL_FULL);
        assertThat(status.reason()).isEqualTo("SpoolFull");
        assertThat(status.message()).contains("give the agent's spool more room");
        assertThat(status.counters().droppedByLimits()).isPositive();
        assertThat(CapturedFile.of(onlyFile("full")).frames())
                .isEqualTo((int) status.counters().frames());
    }

    @Test
    void endsWithAReasonWhenTheDiskIsFull() throws IOException {
        Path disk = Files.createDirectories(directory.resolve("disk"));
        Commands.run("mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", disk.toString());
        try (TestNode small = new TestNode(Files.createDirectories(directory.resolve("small")), disk)) {
            TestPod talker = small.pod("talker");
            small.gateway().be(FakeGateway.Mood.BUSY);
            small.startAgent();
            small.apply(TestOrder.of("disk", talker.target()));
            small.awaitPhase("disk", NodePhase.CAPTURING);
            talker.talk(4000);
            small.awaitPhase("disk", NodePhase.UPLOADING);
            small.gateway().be(FakeGateway.Mood.TAKES);

            NodeCaptureStatus status = small.awaitReleased("disk");

            assertThat(status.phase()).isEqualTo(NodePhase.FAILED);
            assertThat(status.endedBy()).isEqualTo(EndedBy.SPOOL_FULL);
            assertThat(status.message()).contains("No space left on device");
            byte[] file = small.stored("disk").values().iterator().next();
            assertThat(CapturedFile.of(file).frames())
                    .isEqualTo((int) status.counters().frames());
            small.assertClean();
        } finally {
            Commands.run("umount", "-l", disk.toString());
        }
    }

    private byte[] onlyFile(String name) {
        List<byte[]> files = List.copyOf(node.stored(name).values());
        assertThat(files).hasSize(1);
        return files.get(0);
    }
}
