// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.witness.CaptureFile;
import io.nltap.agent.witness.Captured;
import io.nltap.agent.witness.Comparison;
import io.nltap.agent.witness.Findings;
import io.nltap.agent.witness.TracedContainer;
import io.nltap.agent.witness.WitnessTable;
import io.nltap.agent.witness.Witnessed;
import io.nltap.api.v1alpha1.AttributionMode;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.TargetStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real programs under strace, and the file that the agent made of them: every message of theirs is in it, as theirs, and
 * nothing of anybody else.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WitnessKernelIT {
    private static final int KERNEL = 0;
    private static final int RTNLGRP_NEIGH = 3;
    private static final int RTM_NEWNEIGH = 28;
    private static final int NUD_FAILED = 0x20;

    /** Where agent/src/test/uml/run puts the programs below agent/src/test/programs. */
    private static final Path PROGRAMS = Path.of(System.getProperty("nltap.test.programs"));

    @TempDir
    static Path directory;

    private final WitnessTable table =
            new WitnessTable(Path.of(System.getProperty("nltap.test.reports"), "witness.md"), kernel());
    private TestNode node;
    private String name;
    private int captures;

    @BeforeAll
    void startAgent() throws IOException {
        node = new TestNode(directory);
        node.startAgent();
    }

    @BeforeEach
    void nameTheCapture() {
        name = "witness-" + ++captures;
    }

    @AfterEach
    void leavesTheNodeAsItWas() throws IOException {
        node.assertClean();
    }

    @AfterAll
    void endAgent() throws IOException {
        node.close();
    }

    /** Some fail, for want of kernel modules: so the kernel answers with errors, too. */
    @Test
    void toolsOfEveryKind(TestReporter reporter) throws Exception {
        assertRight(reporter, "ip, tc, nft, ss, conntrack", """
                command -v ip tc nft ss conntrack || exit 1
                ip link show lo
                ip address add 192.0.2.1/32 dev lo
                ip -6 address show
                ip route add 198.51.100.0/24 dev lo
                ip route show table all
                ip rule add pref 100 lookup 100
                ip rule delete pref 100
                ip route delete 198.51.100.0/24
                ip route get 192.0.2.9
                ip link add dummy0 type dummy
                ip link set dummy0 up
                ip neighbour add 192.0.2.7 lladdr 02:00:00:00:00:01 dev dummy0
                ip neighbour show
                tc qdisc replace dev dummy0 root pfifo limit 10
                tc -s qdisc show
                tc filter show dev dummy0
                nft add table bridge witness
                nft add chain bridge witness c
                nft list ruleset
                nft delete table bridge witness
                ss --all --numeric
                ss --all --numeric --processes --netlink >/dev/null
                conntrack -L
                ip link delete dummy0
                ip link show nothing || true
                """);
    }

    @Test
    void clientsInPythonAndGo(TestReporter reporter) throws Exception {
        assertRight(reporter, "clients in Python and Go", """
                python3 %1$s/netlink_client.py 3 12 && %1$s/netlink-client 4 5
                """.formatted(PROGRAMS));
    }

    @Test
    void aProcessWithManySockets(TestReporter reporter) throws Exception {
        assertRight(reporter, "300 sockets of one process", "python3 %s/netlink_client.py 300 600".formatted(PROGRAMS));
    }

    @Test
    void manyShortLivedProcessesAtOnce(TestReporter reporter) throws Exception {
        assertRight(reporter, "200 ip, four at a time", """
                for round in $(seq 50); do
                  for one in 1 2 3 4; do ip link show lo & done
                  wait
                done
                """);
    }

    @Test
    void aChildOnTheSocketOfItsParent(TestReporter reporter) throws Exception {
        assertRight(reporter, "a child on its parent's socket", "python3 %s/netlink_child.py 20".formatted(PROGRAMS));
    }

    @Test
    void aSocketThatIsCarriedIntoAnotherNamespace(TestReporter reporter) throws Exception {
        assertRight(
                reporter,
                "a socket carried into another namespace",
                "python3 %s/netlink_carrier.py /proc/1/ns/net 20".formatted(PROGRAMS));
    }

    /** The listener is told by the kernel what others caused, and what nobody did: that a neighbour does not answer. */
    @Test
    void notificationsAreOfWhoeverCausedThemAndThoseOfTimersOfTheKernel(TestReporter reporter) throws Exception {
        Process busy = new ProcessBuilder("bash", "-c", "while :; do :; done").start();
        try {
            assertRight(reporter, "notifications, timers beside a busy process", """
                    cat >/tmp/causes <<'E'
                    ip link add last type dummy
                    ip link set last up arp on
                    ip address add 192.0.2.1/24 dev last
                    echo 1 >/proc/sys/net/ipv4/neigh/last/mcast_solicit
                    echo 100 >/proc/sys/net/ipv4/neigh/last/retrans_time_ms
                    echo hello >/dev/udp/192.0.2.99/9
                    for try in $(seq 200); do
                        ip neighbour show 192.0.2.99 | grep -q FAILED && break
                        read -rt 0.05 <> <(:)
                    done
                    ip link delete last
                    E
                    python3 %s/netlink_listener.py bash /tmp/causes
                    """.formatted(PROGRAMS));
        } finally {
            busy.destroyForcibly().waitFor();
        }

        List<Captured> failed = stored(name).stream()
                .filter(captured -> captured.group() == RTNLGRP_NEIGH)
                .filter(WitnessKernelIT::isFailedNeighbour)
                .toList();
        assertThat(failed).isNotEmpty().allMatch(captured -> captured.pid().orElse(-1) == KERNEL);
    }

    /** Each is process 1 of its own, and each would like to have port 1. */
    @Test
    void twoContainersInTheNetworkOfTheNodeAndAProcessThatIsInNone(TestReporter reporter) throws Exception {
        Path logs = Files.createDirectories(directory.resolve(name));
        try (HostNetworkPod first = HostNetworkPod.open("first", logs);
                HostNetworkPod second = HostNetworkPod.open("second", logs)) {
            String one = name + "-one";
            String both = name + "-both";
            node.apply(TestOrder.of(one, first.target()));
            node.apply(TestOrder.of(both, first.target(), second.target()));
            node.awaitPhase(one, NodePhase.CAPTURING);
            node.awaitStatus(
                    both,
                    "both captured",
                    it -> it.targets().size() == 2
                            && it.targets().stream().allMatch(pod -> pod.state() == TargetStatus.State.CAPTURING));

            String[] client = {"python3", PROGRAMS + "/netlink_client.py", "3", "60"};
            TracedContainer.Run ofFirst = first.traced().start(client);
            TracedContainer.Run ofSecond = second.traced().start(client);
            TracedContainer.Run ofNone = TracedContainer.none(Files.createDirectories(logs.resolve("none")))
                    .start(client);
            List<Witnessed> seenOfFirst = ofFirst.await();
            List<Witnessed> seenOfSecond = ofSecond.await();
            List<Witnessed> seenOfNone = ofNone.await();
            node.stop(one);
            node.stop(both);
            NodeCaptureStatus status = node.awaitReleased(both);
            node.awaitReleased(one);

            Findings inOne = Comparison.of(stored(one), seenOfFirst, joined(seenOfSecond, seenOfNone));
            Findings inBoth = Comparison.of(stored(both), joined(seenOfFirst, seenOfSecond), seenOfNone);
            report(reporter, "hostNetwork, one of two containers captured", inOne);
            report(reporter, "hostNetwork, both captured", inBoth);
            assertRight(inOne, Namespace.SHARED, kernelNamesProcesses(status));
            assertRight(inBoth, Namespace.SHARED, kernelNamesProcesses(status));
            assertThat(status.counters().dropped()).isZero();
            assertThat(status.counters().accounted())
                    .isEqualTo(status.counters().received());
            assertThat(stored(both))
                    .allSatisfy(captured -> assertThat(captured.pod())
                            .isEqualTo(isOf(captured, seenOfFirst) ? "shop/first" : "shop/second"));
        }
    }

    private static boolean isOf(Captured captured, List<Witnessed> seen) {
        return seen.stream().anyMatch(it -> it.pid() == captured.pid().orElse(-1));
    }

    private static List<Witnessed> joined(List<Witnessed> some, List<Witnessed> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    /** Captures begin and end meanwhile, for which the agent speaks netlink in the pod's namespace. */
    @Test
    void neitherTheAgentNorASecondMonitorIsInTheFile(TestReporter reporter) throws Exception {
        TestPod pod = node.pod(name);
        node.apply(TestOrder.of(name, pod.target()));
        node.awaitPhase(name, NodePhase.CAPTURING);
        pod.run("ip", "link", "add", "other", "type", "nlmon");
        pod.run("ip", "link", "set", "other", "up");
        TracedContainer traced = TracedContainer.of(pod.pid(), Files.createDirectories(directory.resolve(name)));

        node.apply(TestOrder.of(name + "-brief", pod.target()));
        node.awaitPhase(name + "-brief", NodePhase.CAPTURING);
        List<Witnessed> seen = traced.run("for i in $(seq 20); do ip rule show; done");
        node.stop(name + "-brief");
        NodeCaptureStatus status = node.awaitReleased(name + "-brief");
        pod.run("ip", "link", "delete", "other");
        node.stop(name);
        node.awaitReleased(name);

        assertThat(stored(name)).noneMatch(captured -> captured.isOf((int) node.agentPid()));
        Findings brief = Comparison.of(stored(name + "-brief"), seen, List.of());
        report(reporter, "the agent itself, a second nlmon", brief);
        assertRight(brief, Namespace.OWN, kernelNamesProcesses(status));
        node.endPod(pod);
    }

    // struct nlmsghdr { u32 len; u16 type; … } 16 bytes; struct ndmsg { u8 family; …; s32 ifindex; u16 state; … }
    private static boolean isFailedNeighbour(Captured captured) {
        ByteBuffer message = ByteBuffer.wrap(captured.bytes()).order(ByteOrder.nativeOrder());
        return message.getShort(4) == RTM_NEWNEIGH && message.getShort(16 + 8) == NUD_FAILED;
    }

    /** Runs a script in a pod, captures the pod meanwhile, and compares. */
    private void assertRight(TestReporter reporter, String scenario, String script) throws Exception {
        TestPod pod = node.pod(name);
        node.apply(TestOrder.of(name, pod.target()));
        node.awaitPhase(name, NodePhase.CAPTURING);
        TracedContainer traced = TracedContainer.of(pod.pid(), Files.createDirectories(directory.resolve(name)));

        List<Witnessed> seen = traced.run(script);
        node.stop(name);
        NodeCaptureStatus status = node.awaitReleased(name);

        Findings findings = Comparison.of(stored(name), seen, List.of());
        report(reporter, scenario, findings);
        assertThat(status.phase()).as(status.toString()).isEqualTo(NodePhase.DONE);
        assertThat(seen).isNotEmpty();
        assertThat(status.counters().accounted()).isEqualTo(status.counters().received());
        assertThat(status.counters().dropped()).as(status.toString()).isZero();
        assertRight(findings, Namespace.OWN, kernelNamesProcesses(status));
        node.endPod(pod);
    }

    private enum Namespace {
        /** Of a pod: what nobody is known to have said is kept. */
        OWN,
        /** Of the node: it is out of scope. */
        SHARED
    }

    /** @param named whether the kernel named the processes: else a few are of nobody known, but none is said to be another's */
    private static void assertRight(Findings findings, Namespace namespace, boolean named) {
        assertThat(findings.wrong()).as(findings.toString()).isEmpty();
        assertThat(findings.foreign()).as(findings.toString()).isEmpty();
        assertThat(findings.unexplained()).as(findings.toString()).isEmpty();
        // Of a socket that two hold at that moment nobody is named, nor a command that was gone on a busy machine.
        int inDoubt = named ? 0 : findings.witnessed() / 4;
        assertThat(findings.missing())
                .as(findings.toString())
                .hasSizeLessThanOrEqualTo(namespace == Namespace.OWN ? 0 : inDoubt);
        assertThat(findings.witnessed() - findings.attributed())
                .as(findings.toString())
                .isLessThanOrEqualTo(inDoubt);
    }

    private List<Captured> stored(String capture) {
        List<Captured> all = new ArrayList<>();
        node.stored(capture).values().forEach(file -> all.addAll(CaptureFile.read(file)));
        return all;
    }

    /** Into the test's report, and into the table beside it. */
    private void report(TestReporter reporter, String scenario, Findings findings) throws IOException {
        table.add(scenario, findings);
        reporter.publishEntry("witness", "Linux %s: %s".formatted(kernel(), findings.summary()));
    }

    private static String kernel() {
        return System.getProperty("os.version");
    }

    private static boolean kernelNamesProcesses(NodeCaptureStatus status) {
        return Objects.requireNonNull(status.attribution()).mode() == AttributionMode.PROCESS;
    }
}
