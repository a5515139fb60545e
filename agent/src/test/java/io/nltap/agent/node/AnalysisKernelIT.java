// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.CaptureFinding;
import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.netlink.analysis.Summary;
import io.nltap.report.SummaryJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent finds out while it captures, and leaves in the store: from the kernel to the files. */
class AnalysisKernelIT {
    /** Listens to links and is stopped before it reads: what it would hear lies unread. Writes its process id. */
    private static final String STOPPED_LISTENER =
            "ip monitor link >/dev/null 2>&1 & sleep 1; kill -STOP $!; echo $!; disown";

    @TempDir
    private Path directory;

    @Test
    void findsWhatHangsInThePodAndTellsNothingOfItsNeighbour() throws Exception {
        try (TestNode node = new TestNode(directory)) {
            node.startAgent();
            TestPod pod = node.pod("victim");
            TestPod neighbour = node.pod("neighbour");
            node.apply(TestOrder.of("hangs", pod.target()));
            node.awaitPhase("hangs", NodePhase.CAPTURING);

            String mine = stopAListener(pod, "victim0");
            String others = stopAListener(neighbour, "neighbour0");
            NodeCaptureStatus found = node.awaitStatus(
                    "hangs", "a finding", status -> !status.findings().isEmpty());
            node.stop("hangs");
            NodeCaptureStatus last = node.awaitReleased("hangs");

            assertThat(found.phase()).isEqualTo(NodePhase.CAPTURING);
            assertThat(found.findings()).extracting(CaptureFinding::hangClass).containsExactly("D2");
            assertThat(last.phase()).isEqualTo(NodePhase.DONE);
            assertThat(last.findings()).singleElement().satisfies(finding -> {
                assertThat(finding.who()).isEqualTo("ip[%s] of shop/victim/main".formatted(mine));
                assertThat(finding.sentence()).contains("because it is stopped or frozen");
            });
            assertThat(last.analysis().findings()).isEqualTo(1);
            assertThat(last.analysis().changes()).isPositive();
            assertThat(last.analysis().skippedMessages()).isZero();

            Map<String, byte[]> stored = node.files("hangs");
            assertThat(last.artifacts())
                    .extracting(Artifact::key)
                    .containsExactlyInAnyOrder(
                            key("hangs", "summary.json"),
                            key("hangs", "changes.ndjson"),
                            key("hangs", "evidence.ndjson"));
            assertThat(stored.keySet()).containsAll(keys(last));
            assertThat(text(stored, "hangs", "changes.ndjson")).contains("victim0");
            assertThat(text(stored, "hangs", "evidence.ndjson")).contains("\"pid\":" + mine + ",");
            for (Map.Entry<String, byte[]> file : stored.entrySet()) {
                assertThat(new String(file.getValue(), StandardCharsets.ISO_8859_1))
                        .as(file.getKey())
                        .doesNotContain("neighbour", "\"pid\":" + others + ",", "\"pid\" : " + others + ",");
            }
            node.endPod(neighbour);
            node.endPod(pod);
            node.assertClean();
        }
    }

    @Test
    void keepsWhatItHadFoundOutWhenItIsKilled() throws Exception {
        try (TestNode node = new TestNode(directory)) {
            node.startAgent();
            TestPod pod = node.pod("victim");
            node.apply(TestOrder.of("killed", pod.target()));
            node.awaitPhase("killed", NodePhase.CAPTURING);
            pod.run("ip", "link", "add", "victim0", "type", "veth", "peer", "name", "victim1");
            node.awaitStatus("killed", "a change", status -> status.analysis().changes() > 0);
            assertThat(node.spooled()).anyMatch(file -> file.endsWith("summary.json.part"));

            node.killAgent();
            node.startAgent();
            NodeCaptureStatus last = node.awaitReleased("killed");

            assertThat(last.endedBy()).isEqualTo(EndedBy.AGENT_RESTARTED);
            assertThat(last.artifacts()).extracting(Artifact::key).contains(key("killed", "summary.json"));
            Summary summary = SummaryJson.read(node.files("killed").get(key("killed", "summary.json")));
            assertThat(summary.totals().messages()).isPositive();
            assertThat(summary.weaker())
                    .anySatisfy(sentence -> assertThat(sentence).contains("the agent died during the capture"));
            node.endPod(pod);
            node.assertClean();
        }
    }

    /** @return its process id */
    private static String stopAListener(TestPod pod, String device) {
        String pid = pod.run("bash", "-c", STOPPED_LISTENER).strip();
        pod.run("ip", "link", "add", device, "type", "veth", "peer", "name", device + "x");
        return pid;
    }

    private static List<String> keys(NodeCaptureStatus status) {
        return status.artifacts().stream().map(Artifact::key).toList();
    }

    private static String text(Map<String, byte[]> stored, String capture, String file) {
        return new String(stored.get(key(capture, file)), StandardCharsets.UTF_8);
    }

    private static String key(String capture, String file) {
        return "shop/%1$s/uid-of-%1$s/%2$s/%3$s".formatted(capture, TestNode.NAME, file);
    }
}
