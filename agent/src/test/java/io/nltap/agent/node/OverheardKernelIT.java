// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nltap.agent.linux.OwnPorts;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.netlink.author.PacketAuthor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Changes of pods of which nobody but the agent is told: from the kernel to the store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OverheardKernelIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** SIOCSIFADDR with a struct ifreq, as ifconfig gives an address. */
    private static final String BY_IOCTL = """
            import fcntl, socket, struct
            one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            fcntl.ioctl(one, 0x8916, struct.pack('16sH2s4s8s', b'%s', socket.AF_INET, b'', socket.inet_aton('%s'), b''))
            """;

    @TempDir
    static Path directory;

    private TestNode node;

    @BeforeAll
    void startAgent() throws IOException {
        node = new TestNode(directory);
        node.startAgent();
    }

    @AfterAll
    void endAgent() throws IOException {
        node.close();
    }

    @Test
    void aPodsChangesAreSeenOnceThoughNobodyListens() throws IOException {
        TestPod pod = node.pod("silent");
        node.apply(TestOrder.of("silent", pod.target()));
        node.awaitPhase("silent", NodePhase.CAPTURING);
        pod.run("bash", "-c", TestPod.slowly("address add 192.0.2.1/24 dev lo"));
        pod.run("python3", "-c", BY_IOCTL.formatted("lo:1", "203.0.113.77"));
        pod.run("bash", "-c", TestPod.slowly("address del 192.0.2.1/24 dev lo"));

        NodeCaptureStatus status = stopped("silent");

        CapturedFile file =
                CapturedFile.of(node.stored("silent").values().iterator().next());
        assertThat(changes("silent", "192.0.2.1/24"))
                .as("changes, in a file with the authors %s", file.authors())
                .hasSize(2)
                .allSatisfy(each -> assertThat(each).contains("\"comm\":\"ip\"", "shop/silent"));
        assertThat(changes("silent", "203.0.113.77"))
                .singleElement()
                .satisfies(each -> assertThat(each).contains("\"authorship\":\"Unknown\"", "\"proof\":\"Notified\""));
        assertThat(text("silent", "changes.ndjson")).doesNotContain("nltap-");
        assertThat(file.authors()).isNotEmpty().noneMatch(PacketAuthor::isToGroup);
        assertAccounted(status.counters());
        node.endPod(pod);
        node.assertClean();
    }

    @Test
    void whatOthersChangeOnTheNetworkOfTheNodeIsInNoFile() throws IOException {
        TestPod wanted = node.podOnHostNetwork("wanted");
        TestPod neighbour = node.podOnHostNetwork("neighbour");
        node.apply(TestOrder.of("host", wanted.targetOnHostNetwork()));
        node.awaitPhase("host", NodePhase.CAPTURING);
        neighbour.run("bash", "-c", TestPod.slowly("address add 198.51.100.2/24 dev lo"));
        neighbour.run("python3", "-c", BY_IOCTL.formatted("lo:2", "198.51.100.77"));
        wanted.run("bash", "-c", TestPod.slowly("address add 192.0.2.3/24 dev lo"));
        neighbour.run("bash", "-c", TestPod.slowly("address del 198.51.100.2/24 dev lo"));
        wanted.run("bash", "-c", TestPod.slowly("address del 192.0.2.3/24 dev lo"));

        NodeCaptureStatus status = stopped("host");

        assertThat(changes("host", "192.0.2.3")).hasSize(2);
        for (Map.Entry<String, byte[]> file : node.files("host").entrySet()) {
            assertThat(new String(file.getValue(), StandardCharsets.ISO_8859_1))
                    .as(file.getKey())
                    .doesNotContain("198.51.100.", "neighbour");
        }
        assertAccounted(status.counters());
        node.endPod(wanted);
        node.endPod(neighbour);
        node.assertClean();
    }

    @Test
    void theLastCaptureOfANamespaceEndsTheListening() throws IOException {
        TestPod pod = node.pod("shared");
        node.apply(TestOrder.of("first", pod.target()));
        node.awaitPhase("first", NodePhase.CAPTURING);
        node.apply(TestOrder.of("second", pod.target()));
        node.awaitPhase("second", NodePhase.CAPTURING);
        assertThat(listening(pod)).isEqualTo(1);

        stopped("first");
        assertThat(listening(pod)).isEqualTo(1);
        pod.run("python3", "-c", BY_IOCTL.formatted("lo:1", "203.0.113.78"));
        NodeCaptureStatus second = stopped("second");

        assertThat(listening(pod)).isZero();
        assertThat(changes("second", "203.0.113.78")).hasSize(1);
        assertThat(second.counters().frames()).isEqualTo(second.counters().unattributed());
        node.endPod(pod);
        node.assertClean();
    }

    @Test
    void anAgentThatIsKilledListensNoMore() throws IOException {
        TestPod pod = node.pod("killed");
        node.apply(TestOrder.of("killed", pod.target()));
        node.awaitPhase("killed", NodePhase.CAPTURING);
        assertThat(listening(pod)).isEqualTo(1);

        node.killAgent();

        await().atMost(PATIENCE).until(() -> listening(pod) == 0);
        node.startAgent();
        node.awaitReleased("killed");
        node.endPod(pod);
        node.assertClean();
    }

    private NodeCaptureStatus stopped(String name) {
        node.stop(name);
        NodeCaptureStatus status = node.awaitReleased(name);
        assertThat(status.phase()).isEqualTo(NodePhase.DONE);
        return status;
    }

    private String text(String capture, String file) {
        return new String(
                node.files(capture).get("shop/%1$s/uid-of-%1$s/%2$s/%3$s".formatted(capture, TestNode.NAME, file)),
                StandardCharsets.UTF_8);
    }

    /** Of addresses only: the routes that follow from them are not of interest here. */
    private List<String> changes(String capture, String address) {
        return text(capture, "changes.ndjson")
                .lines()
                .filter(line -> line.contains("\"kind\":\"address\"") && line.contains("\"object\":\"" + address))
                .toList();
    }

    /** Sockets of nltap's in the pod's namespace that are members of groups of ROUTE. */
    private static long listening(TestPod pod) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pod.pid()), "net/netlink")).stream()
                    .map(line -> line.strip().split(" +"))
                    .filter(fields -> fields[1].equals("0") && !fields[3].equals("00000000"))
                    .filter(fields -> OwnPorts.contains(Long.parseLong(fields[2])))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertAccounted(Counters counters) {
        assertThat(counters.received()).isPositive().isEqualTo(counters.accounted());
    }
}
