// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.analysis.Hang;
import io.nltap.netlink.analysis.HangClass;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Clients that hang, or only seem to, each for a reason that is known, many at a time: of each exactly what is true has to be
 * found, in a recording of the one network namespace in which they all are, and for some in one of processes, each in a
 * network namespace of its own.
 */
class HangKernelIT {

    private static final Path MODPROBE = Path.of("/proc/sys/kernel/modprobe");

    /** Also those that the kernel would load by itself: a modprobe that hangs must keep nobody but whom it is meant for. */
    private static final List<String> MODULES = List.of(
            "nfnetlink", "nf_tables", "nfnetlink_queue", "nft_queue", "nf_conntrack", "xfrm_user", "macsec", "bridge");

    private static final String[][] WAITS = {
        {"discarded", "C3"},
        {"unowed", "C2"},
        {"overrun", "C4"},
        {"filtered", "C5"},
        {"filtereddump", "C5"},
        {"middump", "D1"},
        {"stopped", "D2"},
        {"tworeaders", "C7"},
        {"dumpack", "C8"},
        {"batchacks", "C8"},
        {"truncated", "C10"},
        {"reused", "C9"},
        {"seconddump", "C11"},
        {"unjoined", "C12"},
        {"verdictless", "C14"},
        {"impatient", "C15"},
        {"twosockets", "C2"},
        {"onethread", "C3"},
        {"twohangs", "C3", "C5"},
        {"monitor"},
        {"poller"},
        {"eventloop"},
        {"slowreader"},
        {"earlycloser"},
        {"leaver"},
    };

    /** Each of two in one network namespace: whom it is about, and who needs him. */
    private static final String[][] PEERS = {{"silentpeer", "peerclient", "C13"}, {"deafpeer", "blockedsender", "A6"}};

    private static final String[][] CIRCLES = {
        {"interrupted", "E1"}, {"outdated", "E3"}, {"refused", "E4"}, {"poller"},
    };

    private static final String[][] RTNL_WAITS = {
        {"waiter", "A1"},
        {"waiter", "A1"},
        {"dumpwaiter", "A2"},
        {"silentwaiter", "A1"},
        {"unsharer", "B4"},
        {"ioctler", "B4"},
        {"subscriber"},
    };

    private static final String[][] MODULE_WAITS = {
        {"autoload", "A4"}, {"socketopener", "B1"}, {"associator", "A4"}, {"policyreader", "A3"},
    };

    private final List<Trouble> clients = new ArrayList<>();
    private final List<HangRecording> recordings = new ArrayList<>();

    @BeforeAll
    static void loadModules() throws Exception {
        for (String module : MODULES) {
            new ProcessBuilder("modprobe", module).inheritIO().start().waitFor();
        }
    }

    @AfterEach
    void endAll() {
        recordings.forEach(HangRecording::close);
        clients.forEach(Trouble::close);
    }

    @Test
    void thoseWhoWaitAndThoseWhoAreWellInOneNamespace() throws Exception {
        Trouble space = alone("subscriber").ready();
        HangRecording together =
                keep(HangRecording.ofNamespace("waits-in-one-namespace", space)).with(space);
        for (String[] each : WAITS) {
            together.with(beside(space, each[0]), classes(each));
        }
        together.with(keep(Trouble.startInPidNamespaceBeside(space, "discarded")), "C3");
        List<Trouble> peers = new ArrayList<>();
        for (String[] each : PEERS) {
            Trouble peer = beside(space, each[0]);
            peers.add(peer);
            together.with(peer).with(beside(space, each[1]), each[2]);
        }

        record(peers);

        checkAll();
    }

    /** Of all that are answered, one is not. */
    @Test
    void oneReceiveInThirtyThousandNeverReturns() throws Exception {
        HangRecording loop = keep(HangRecording.ofProcesses("one-in-thirty-thousand"));
        loop.with(alone("loop"), "C3");

        record(List.of());

        assertThat(loop.hangs())
                .singleElement()
                .satisfies(hang -> assertThat(hang.finding().why())
                        .anySatisfy(line ->
                                assertThat(line).contains("of 30,000 requests on this socket 29,999 were answered")));
        checkAll();
    }

    @Test
    void thoseWhoGoInCircles() throws Exception {
        Trouble changer = alone("changer").ready();
        HangRecording together = keep(HangRecording.ofNamespace("circles-in-one-namespace", changer))
                .with(changer);
        HangRecording apart = keep(HangRecording.ofProcesses("circles-of-processes"));
        for (String[] each : CIRCLES) {
            together.with(beside(changer, each[0]), classes(each));
            apart.with(alone(each[0]), classes(each));
        }
        Trouble resyncing = beside(changer, "resyncing");
        together.with(resyncing, "E2");
        apart.with(resyncing, "E2");

        record(List.of(changer));

        checkAll();
    }

    @Test
    void rtnlLockIsHeldByAnIoctl() throws Exception {
        Trouble holder = alone("holder").ready();
        Trouble space = alone("subscriber").ready();
        HangRecording together =
                keep(HangRecording.ofNamespace("rtnl-in-one-namespace", space)).with(space);
        HangRecording apart = keep(HangRecording.ofProcesses("rtnl-of-processes"));
        for (String[] each : RTNL_WAITS) {
            together.with(beside(space, each[0]), classes(each));
            apart.with(alone(each[0]), classes(each));
        }
        Trouble macsec = alone("macsec");
        apart.with(macsec, "A2");
        together.with(beside(space, "genericwaiter"), "A3");

        record(List.of(holder, macsec));

        SoftAssertions softly = new SoftAssertions();
        for (HangRecording recording : recordings) {
            for (Hang hang : recording.hangs()) {
                String pid = hang.finding().hangClass() == HangClass.A3 ? macsec.pid() : holder.pid();
                softly.assertThat(recording.processOfHolder(hang))
                        .as("holder for %s", hang.finding())
                        .isEqualTo(pid);
            }
        }
        softly.assertAll();
        checkAll();
    }

    /** The kernel works on the request of one, others wait for it; and when that is over, nobody hangs any more. */
    @Test
    void rtnlLockIsHeldByARequestUntilThatIsDone() throws Exception {
        Trouble bridger = keep(Trouble.startHere("bridger"));
        Trouble waiter = alone("waiter");
        HangRecording apart = keep(HangRecording.ofProcesses("rtnl-held-by-a-request"))
                .with(bridger, "A5")
                .with(waiter, "A1");
        awaitReady();
        apart.start().awaitStarted();
        bridger.begin();
        waiter.begin();
        apart.awaitTold();
        endSleepers();
        apart.awaitOver();
        apart.interrupt();
        apart.awaitEnd();

        assertThat(apart.hangs()).allSatisfy(hang -> {
            assertThat(hang.endNanos()).isPresent();
            assertThat(hang.endNanos().getAsLong() - hang.finding().sinceNanos())
                    .isGreaterThan(TimeUnit.SECONDS.toNanos(5));
        });
        assertThat(apart.hangs())
                .filteredOn(hang -> hang.finding().hangClass() == HangClass.A1)
                .allSatisfy(hang -> assertThat(apart.processOfHolder(hang)).isEqualTo(bridger.pid()));
        checkAll();
    }

    @Test
    void modulesThatAreBeingLoadedForEver() throws Exception {
        String modprobe = Files.readString(MODPROBE);
        Path slow = Files.createTempFile("modprobe", ".sh");
        Files.writeString(slow, "#!/bin/sh\nexec sleep 600\n");
        assertThat(slow.toFile().setExecutable(true)).isTrue();
        Trouble space = alone("subscriber").ready();
        HangRecording together = keep(HangRecording.ofNamespace("modules-in-one-namespace", space))
                .with(space);
        HangRecording apart = keep(HangRecording.ofProcesses("modules-of-processes"));
        for (String[] each : MODULE_WAITS) {
            together.with(beside(space, each[0]), classes(each));
            if (!each[0].equals("policyreader")) { // who needs the associator of the same network namespace
                apart.with(alone(each[0]), classes(each));
            }
        }
        try {
            Trouble associator = together.clients().get(3);
            record(List.of(associator), () -> Files.writeString(MODPROBE, slow.toString()), HangKernelIT::endSleepers);

            assertThat(together.hangs())
                    .filteredOn(hang -> hang.finding().hangClass() == HangClass.A3)
                    .allSatisfy(
                            hang -> assertThat(together.processOfHolder(hang)).isEqualTo(associator.pid()));
            checkAll();
        } finally {
            Files.writeString(MODPROBE, modprobe);
            endSleepers();
        }
    }

    @Test
    void rulesThatAreOnlyCheckedAreNoChange() throws Exception {
        Trouble space = alone("subscriber").ready();
        Path out = Path.of("scenarios", "nft-check-and-apply").toAbsolutePath();
        try (RunningNltap nltap = RunningNltap.startRecording(
                "record", "--netns", "/proc/" + space.pid() + "/ns/net", "--out", out.toString())) {
            nft(space, "-c", "add table bridge checked");
            nft(space, "", "add table bridge applied");
            nltap.signal("INT");
            assertThat(nltap.exitCode()).as(nltap.output()).isIn(0, 3); // 3: the machine was too busy to hear all
        }

        assertThat(Files.readString(out.resolve(OutputDirectory.CHANGES)))
                .contains("applied")
                .doesNotContain("checked");
    }

    private static void nft(Trouble space, String option, String rules) throws IOException, InterruptedException {
        String command = "echo '" + rules + "' | nft " + option + " -f -";
        Process nft = new ProcessBuilder("nsenter", "--net", "--target", space.pid(), "--", "sh", "-c", command)
                .redirectErrorStream(true)
                .start();
        String said = new String(nft.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(nft.waitFor()).as(said).isZero();
    }

    private Trouble alone(String name) throws IOException {
        return keep(Trouble.start(name));
    }

    private Trouble beside(Trouble other, String name) throws IOException {
        return keep(Trouble.startBeside(other, name));
    }

    private Trouble keep(Trouble trouble) {
        clients.add(trouble);
        return trouble;
    }

    private HangRecording keep(HangRecording recording) {
        recordings.add(recording);
        return recording;
    }

    private static String[] classes(String[] nameAndClasses) {
        return Arrays.copyOfRange(nameAndClasses, 1, nameAndClasses.length);
    }

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    private void record(List<Trouble> causes) throws Exception {
        record(causes, () -> {}, () -> {});
    }

    /**
     * Records all, from before their trouble until each has been told of.
     *
     * @param causes begin before the others, and end when everything has been recorded
     */
    private void record(List<Trouble> causes, Step preparation, Step release) throws Exception {
        awaitReady();
        for (HangRecording each : recordings) {
            each.start();
        }
        recordings.forEach(HangRecording::awaitStarted);
        preparation.run();
        causes.forEach(Trouble::begin);
        List<Trouble> others =
                clients.stream().filter(each -> !causes.contains(each)).toList();
        others.forEach(Trouble::go);
        others.forEach(Trouble::awaitAsked);
        recordings.forEach(HangRecording::awaitTold);
        for (HangRecording each : recordings) {
            each.interrupt();
        }
        causes.forEach(Trouble::close);
        release.run();
        for (HangRecording each : recordings) {
            each.awaitEnd();
        }
    }

    private void awaitReady() {
        clients.forEach(Trouble::ready);
    }

    private void checkAll() throws Exception {
        SoftAssertions softly = new SoftAssertions();
        for (HangRecording each : recordings) {
            each.check(softly);
        }
        softly.assertAll();
    }

    /** Ends the programs that the kernel waits for. */
    private static void endSleepers() throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "kill $(pgrep -x -f 'sleep 600')")
                .start()
                .waitFor();
    }
}
