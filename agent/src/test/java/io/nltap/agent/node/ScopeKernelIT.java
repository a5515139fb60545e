// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.api.v1alpha1.AttributionMode;
import io.nltap.api.v1alpha1.Compression;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.api.v1alpha1.Filter;
import io.nltap.api.v1alpha1.Format;
import io.nltap.api.v1alpha1.NetlinkProtocol;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.Notifications;
import io.nltap.api.v1alpha1.TargetStatus;
import io.nltap.netlink.author.PacketAuthor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What of a network namespace gets into a file, and what is said of it there: from the kernel to the store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScopeKernelIT {
    private static final int RTM_GETROUTE = 26;
    private static final int RTM_GETRULE = 34;
    private static final int RTM_NEWVLAN = 112;
    private static final int RTNLGRP_BRVLAN = 33;
    private static final Path PROGRAMS = Path.of(System.getProperty("nltap.test.programs"));
    private static final int VISITS = 20;

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
    void whatOthersSayInAPodsNamespaceIsNotInItsFile() throws IOException {
        TestPod pod = node.pod("own");
        node.apply(TestOrder.of("own", pod.target()));
        node.awaitPhase("own", NodePhase.CAPTURING);
        pod.talkSlowly(40);
        pod.runFromOutside("bash", "-c", TestPod.slowly("link show"));
        pod.talkSlowly(40);

        NodeCaptureStatus status = stopped("own");

        CapturedFile file = file("own");
        assertThat(status.attribution()).isNotNull();
        assertThat(file.authors()).hasSize(file.frames());
        assertThat(file.authors())
                .filteredOn(author -> author.pod().isPresent())
                .isNotEmpty();
        assertThat(file.authors())
                .filteredOn(author -> author.pid().isPresent() && !author.isKernel())
                .allSatisfy(author -> {
                    assertThat(author.pod()).contains("shop/own");
                    assertThat(author.container()).contains("main");
                });
        assertThat(file.authors())
                .filteredOn(author -> author.pid().isPresent() && !author.isKernel())
                .extracting(PacketAuthor::comm)
                .contains(Optional.of("ip"));
        assertThat(status.counters().outOfScope()).isPositive();
        assertAccounted(status.counters());
        node.endPod(pod);
    }

    /**
     * Where the kernel names no processes such a program has ended before its messages are read. That it was none of the pod's
     * is known from its last moments, which the kernel reports; only those that nobody had time to look at may get in.
     */
    @Test
    void whatAProgramOfTheNodeSaysThatLivesForMillisecondsIsNotInItsFile() throws IOException {
        TestPod pod = node.pod("visited");
        node.apply(TestOrder.of("visited", pod.target()));
        node.awaitPhase("visited", NodePhase.CAPTURING);
        for (int visit = 0; visit < VISITS; visit++) {
            pod.runFromOutside("ip", "rule", "show");
            pod.run("ip", "route", "show");
        }

        NodeCaptureStatus status = stopped("visited");

        CapturedFile file = file("visited");
        assertThat(file.types()).contains(RTM_GETROUTE);
        long visitors =
                file.types().stream().filter(type -> type == RTM_GETRULE).count();
        boolean named = Objects.requireNonNull(status.attribution()).mode() == AttributionMode.PROCESS;
        assertThat(visitors).isLessThanOrEqualTo(named ? 0 : VISITS / 4);
        assertThat(status.counters().outOfScope()).isGreaterThanOrEqualTo(2 * (VISITS - visitors));
        assertAccounted(status.counters());
        node.endPod(pod);
    }

    @Test
    void ofTwoPodsOnTheNetworkOfTheNodeEachFileHasItsOwnOnly() throws IOException {
        TestPod wanted = node.podOnHostNetwork("wanted");
        TestPod neighbour = node.podOnHostNetwork("neighbour");
        node.apply(TestOrder.of("host", wanted.targetOnHostNetwork()));
        node.awaitPhase("host", NodePhase.CAPTURING);
        for (int round = 0; round < 3; round++) {
            wanted.talkSlowly(40);
            neighbour.talkSlowly(40);
            Commands.run("ip", "rule", "show");
        }

        NodeCaptureStatus status = stopped("host");

        CapturedFile file = file("host");
        Counters counters = status.counters();
        assertThat(file.authors()).hasSize(file.frames()).isNotEmpty().allSatisfy(author -> {
            assertThat(author.pod()).contains("shop/wanted");
            assertThat(author.container()).contains("main");
        });
        assertThat(file.types()).filteredOn(type -> type == RTM_GETRULE).hasSizeBetween(110, 120);
        assertThat(counters.outOfScope()).isGreaterThanOrEqualTo(240);
        assertThat(status.targets()).singleElement().satisfies(target -> {
            assertThat(target.state()).isEqualTo(TargetStatus.State.ENDED);
            assertThat(target.counters().frames()).isEqualTo(file.frames());
            assertAccounted(target.counters());
        });
        assertAccounted(counters);
        node.endPod(wanted);
        node.endPod(neighbour);
    }

    @Test
    void twoPodsOnTheNetworkOfTheNodeShareATapAndAreCountedApart() throws IOException {
        TestPod first = node.podOnHostNetwork("first");
        TestPod second = node.podOnHostNetwork("second");
        node.apply(TestOrder.of("both", first.targetOnHostNetwork(), second.targetOnHostNetwork()));
        node.awaitStatus(
                "both",
                "two targets captured",
                status -> status.targets().stream()
                                .filter(target -> target.state() == TargetStatus.State.CAPTURING)
                                .count()
                        == 2);
        first.talkSlowly(40);
        second.talkSlowly(80);

        NodeCaptureStatus status = stopped("both");

        Counters one = status.targets().get(0).counters();
        Counters two = status.targets().get(1).counters();
        assertFramesOfDumps(one.frames(), 40);
        assertFramesOfDumps(two.frames(), 80);
        assertThat(one.frames() + two.frames()).isEqualTo(status.counters().frames());
        assertThat(status.targets()).allSatisfy(target -> assertAccounted(target.counters()));
        assertAccounted(status.counters());
        node.endPod(first);
        node.endPod(second);
    }

    @Test
    void containersThatWereNotAskedForAreLeftOut() throws IOException {
        TestPod pod = node.pod("contained");
        long own = framesOfNltapItself(pod);
        node.apply(TestOrder.of("contained", pod.targetOfContainer("ef".repeat(32))));
        node.awaitPhase("contained", NodePhase.CAPTURING);
        pod.talkSlowly(50);

        NodeCaptureStatus status = stopped("contained");

        Counters counters = status.counters();
        long dumps = counters.received() - own;
        assertThat(dumps)
                .as("frames of 50 dumps, beside %d of nltap's own", own)
                .isIn(2L * 50, 3L * 50);
        assertThat(counters.outOfScope()).isEqualTo(counters.received() - counters.frames());
        assertThat(counters.frames()).isLessThanOrEqualTo(12).isEqualTo(counters.unattributed());
        assertAccounted(counters);
        node.endPod(pod);
    }

    /** With each tap it asks for the families of generic netlink: that is on the tap, too, and out of scope. */
    private long framesOfNltapItself(TestPod silent) {
        node.apply(TestOrder.of("silent", silent.targetOfContainer("ef".repeat(32))));
        node.awaitPhase("silent", NodePhase.CAPTURING);
        Counters counters = stopped("silent").counters();
        assertThat(counters.received()).isEqualTo(counters.outOfScope()).isPositive();
        return counters.received();
    }

    /** The kernel's table of sockets shows 32 groups; RTNLGRP_BRVLAN is the 33rd of rtnetlink. */
    @Test
    void aNotificationToAGroupThatTheKernelsTableDoesNotShowIsOfThePodThatHearsIt() throws IOException {
        TestPod listener = node.podOnHostNetwork("listener");
        listener.start("python3 %s/netlink_group.py 0 %d".formatted(PROGRAMS, RTNLGRP_BRVLAN));
        Commands.run("ip", "link", "add", "br33", "type", "bridge", "vlan_filtering", "1");
        Commands.run("ip", "link", "add", "port33", "type", "dummy");
        Commands.run("ip", "link", "set", "port33", "master", "br33");
        node.apply(TestOrder.of("grouped", listener.targetOnHostNetwork()));
        node.awaitPhase("grouped", NodePhase.CAPTURING);
        int[] vlan = {1};
        node.awaitStatus("grouped", "a notification", status -> {
            Commands.run("bridge", "vlan", "add", "dev", "port33", "vid", Integer.toString(++vlan[0]));
            return status.counters().frames() > 0;
        });

        NodeCaptureStatus status = stopped("grouped");

        CapturedFile file = file("grouped");
        assertThat(file.types()).isNotEmpty().containsOnly(RTM_NEWVLAN);
        assertThat(file.authors()).allMatch(PacketAuthor::isToGroup).allMatch(it -> it.group() == RTNLGRP_BRVLAN);
        assertAccounted(status.counters());
        Commands.run("ip", "link", "delete", "port33");
        Commands.run("ip", "link", "delete", "br33");
        node.endPod(listener);
    }

    @Test
    void aNotificationToThreeListenersIsInTheFileOnce() throws IOException {
        TestPod pod = node.pod("listened");
        for (int i = 0; i < 3; i++) {
            pod.start("ip monitor link");
        }
        node.apply(TestOrder.of("listened", pod.target()));
        node.awaitPhase("listened", NodePhase.CAPTURING);
        pod.run("ip", "link", "set", "lo", "mtu", "1400");

        NodeCaptureStatus status = stopped("listened");

        CapturedFile file = file("listened");
        assertThat(file.authors()).filteredOn(PacketAuthor::isToGroup).hasSize(1);
        assertThat(status.counters().duplicates()).isEqualTo(2);
        assertAccounted(status.counters());
        node.endPod(pod);
    }

    @Test
    void aFilterLetsThroughWhatItNames() throws IOException {
        TestPod pod = node.pod("filtered");
        pod.start("ip monitor link");
        Filter rules =
                new Filter(List.of(NetlinkProtocol.ROUTE), List.of("RTM_GETRULE"), Notifications.EXCLUDE, "less 4096");
        node.apply(TestOrder.of("filtered", pod.target()).filter(rules));
        node.awaitPhase("filtered", NodePhase.CAPTURING);
        pod.talk(30);
        pod.run("ip", "link", "set", "lo", "mtu", "1300");

        NodeCaptureStatus status = stopped("filtered");

        assertThat(file("filtered").types()).hasSize(30).containsOnly(RTM_GETRULE);
        assertThat(status.counters().filtered()).isGreaterThan(30);
        assertAccounted(status.counters());
        node.endPod(pod);
    }

    @Test
    void anExpressionThatIsNoneIsRefusedInTheWordsOfLibpcap() throws IOException {
        TestPod pod = node.pod("misspelt");
        node.apply(TestOrder.of("misspelt", pod.target())
                .filter(new Filter(List.of(), List.of(), Notifications.INCLUDE, "link[14:2] =")));

        NodeCaptureStatus status = node.awaitReleased("misspelt");

        assertThat(status.phase()).isEqualTo(NodePhase.FAILED);
        assertThat(status.endedBy()).isEqualTo(EndedBy.ERROR);
        assertThat(status.reason()).isEqualTo("InvalidOrder");
        assertThat(status.message()).contains("filter.expression", "link[14:2] =", "syntax error");
        node.endPod(pod);
    }

    @Test
    void classicPcapComesWithASecondFileThatSaysWhoseThePacketsAre() throws IOException {
        TestPod pod = node.pod("classic");
        node.apply(TestOrder.of("classic", pod.target()).format(Format.PCAP).compression(Compression.NONE));
        node.awaitPhase("classic", NodePhase.CAPTURING);
        pod.talkSlowly(20);

        NodeCaptureStatus status = stopped("classic");

        Map<String, byte[]> stored = node.stored("classic");
        String prefix = "shop/classic/uid-of-classic/" + TestNode.NAME + "/0.";
        assertThat(stored).containsOnlyKeys(prefix + "attribution.ndjson", prefix + "pcap");
        CapturedFile file = CapturedFile.of(stored.get(prefix + "pcap"));
        assertThat(file.frames()).isEqualTo((int) status.counters().frames());
        List<String> lines = new String(stored.get(prefix + "attribution.ndjson"), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(lines).hasSize(file.frames()).anyMatch(line -> line.contains("\"pod\":\"shop/classic\""));
        assertThat(status.segments()).singleElement().satisfies(segment -> {
            assertThat(segment.stored()).isTrue();
            assertThat(segment.attribution()).isNotNull();
        });
        node.endPod(pod);
    }

    private NodeCaptureStatus stopped(String name) {
        node.stop(name);
        NodeCaptureStatus status = node.awaitReleased(name);
        assertThat(status.phase()).as(String.valueOf(status.message())).isEqualTo(NodePhase.DONE);
        assertThat(status.counters().dropped()).isZero();
        return status;
    }

    private CapturedFile file(String name) {
        return CapturedFile.of(node.stored(name).values().iterator().next());
    }

    /** A request and an answer, whose end has a datagram of its own before Linux 6.12; a few may be of nobody known. */
    private static void assertFramesOfDumps(long frames, int dumps) {
        assertThat(frames).isBetween(2L * dumps - 12, 3L * dumps);
    }

    private static void assertAccounted(Counters counters) {
        assertThat(counters.received()).isPositive().isEqualTo(counters.accounted());
    }
}
