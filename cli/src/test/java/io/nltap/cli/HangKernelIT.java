// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.analysis.Summary;
import io.nltap.netlink.evidence.EvidenceSample;
import io.nltap.report.EvidenceJson;
import io.nltap.report.FormatProblem;
import io.nltap.report.SummaryJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Clients that hang, or only seem to, each for a reason that is known. What was recorded of them stays in the directory of
 * the test reports, under {@code scenarios}. Where the kernel does not say who sends, and the machine is busy, a process may
 * stay unknown; nobody else may ever be named for it.
 */
class HangKernelIT {

    private static final Path MODPROBE = Path.of("/proc/sys/kernel/modprobe");
    private static final Path RECORDINGS = Path.of("scenarios").toAbsolutePath();

    /** Longer than what counts as hung. */
    private static final long HUNG_NANOS = TimeUnit.SECONDS.toNanos(7);

    @Test
    void rtnlLockHeldByAnotherProcessWhileSeveralWaitInTwoNamespaces() throws Exception {
        try (Trouble holder = Trouble.prepare("holder");
                Trouble first = Trouble.prepare("waiter");
                Trouble beside = Trouble.prepareBeside(first, "waiter");
                Trouble elsewhere = Trouble.prepare("waiter")) {
            Path recording = record(
                    "A1-rtnl-lock", List.of(holder), () -> {}, HangKernelIT::showsHolder, first, beside, elsewhere);

            assertThat(samples(recording)).anySatisfy(sample -> {
                assertThat(sample.sockets())
                        .anyMatch(row -> row.isKernel() && row.protocol() == 0 && row.references() >= 4);
                assertThat(sample.tasks())
                        .anyMatch(task -> task.stack().contains("handle_userfault")
                                && Integer.toString(task.pid()).equals(holder.pid()));
            });
            assertThat(verdicts(recording))
                    .isSubsetOf("A1 " + first.pid(), "A1 " + beside.pid(), "A1 " + elsewhere.pid())
                    .isNotEmpty();
            assertThat(summary(recording).hangs())
                    .anySatisfy(hang -> assertThat(hang.finding().holder())
                            .hasValueSatisfying(it -> assertThat(it.stack()).contains("handle_userfault")));
        }
    }

    @Test
    void moduleThatIsBeingLoadedForEver() throws Exception {
        String modprobe = Files.readString(MODPROBE);
        Path slow = Files.createTempFile("modprobe", ".sh");
        Files.writeString(slow, "#!/bin/sh\nexec sleep 60\n");
        assertThat(slow.toFile().setExecutable(true)).isTrue();
        try (Trouble client = Trouble.prepare("autoload")) {
            Path recording =
                    record("A4-module-autoload", List.of(), () -> Files.writeString(MODPROBE, slow.toString()), client);

            assertThat(samples(recording))
                    .anySatisfy(sample -> assertThat(sample.tasks())
                            .anyMatch(task -> Integer.toString(task.pid()).equals(client.pid())
                                    && task.stack().contains("call_usermodehelper_exec")));
            assertThat(blamed(recording)).isSubsetOf(client.pid());
        } finally {
            Files.writeString(MODPROBE, modprobe);
            new ProcessBuilder("sh", "-c", "kill $(pgrep -x -f 'sleep 60')")
                    .start()
                    .waitFor();
        }
    }

    @Test
    void requestThatTheKernelDiscards() throws Exception {
        try (Trouble client = Trouble.prepare("discarded")) {
            Path recording = record("C3-discarded", List.of(), client);

            assertThat(blamed(recording)).isSubsetOf(client.pid());
        }
    }

    @Test
    void acknowledgementThatIsNotOwed() throws Exception {
        try (Trouble client = Trouble.prepare("unowed")) {
            Path recording = record("C2-ack-not-owed", List.of(), client);

            assertThat(blamed(recording)).isSubsetOf(client.pid());
        }
    }

    @Test
    void answerLostToAnOverrun() throws Exception {
        try (Trouble client = Trouble.prepare("overrun")) {
            Path recording = record("C4-overrun", List.of(), client);

            assertThat(samples(recording))
                    .anySatisfy(sample -> assertThat(sample.sockets()).anyMatch(row -> row.drops() > 0));
            assertThat(verdicts(recording)).anyMatch(verdict -> verdict.startsWith("C4 "));
            assertThat(blamed(recording)).isSubsetOf(client.pid());
        }
    }

    @Test
    void readerThatStopsInMidDump() throws Exception {
        try (Trouble client = Trouble.prepare("middump")) {
            Path recording = record("D1-mid-dump", List.of(), client);

            assertThat(samples(recording)).anySatisfy(sample -> {
                assertThat(sample.sockets()).anyMatch(row -> row.isDumping() && row.receiveBytes() > 0);
                assertThat(sample.tasks())
                        .anyMatch(task -> Integer.toString(task.pid()).equals(client.pid()));
            });
            assertThat(blamed(recording)).isSubsetOf(client.pid());
        }
    }

    @Test
    void twoReadersOfOneSocket() throws Exception {
        try (Trouble client = Trouble.prepare("tworeaders")) {
            Path recording = record("C7-two-readers", List.of(), client);

            assertThat(blamed(recording)).isSubsetOf(client.pid());
        }
    }

    @Test
    void descriptorThatWasClosedAndUsedAgain() throws Exception {
        try (Trouble client = Trouble.prepare("reused")) {
            Path recording = record("C9-descriptor-reused", List.of(), client);

            assertThat(samples(recording)).anySatisfy(sample -> {
                List<Long> held =
                        sample.holders().stream().map(holder -> holder.inode()).toList();
                assertThat(sample.sockets()).anyMatch(row -> !row.isKernel() && !held.contains(row.inode()));
            });
            assertThat(blamed(recording)).isSubsetOf(client.pid());
        }
    }

    @Test
    void listenerToWhomNothingIsSaid() throws Exception {
        try (Trouble client = Trouble.prepare("subscriber")) {
            Path recording = record("healthy-subscriber", List.of(), client);

            assertThat(verdicts(recording)).isEmpty();
        }
    }

    @Test
    void peerInUserSpaceThatDoesNotAnswer() throws Exception {
        try (Trouble service = Trouble.prepare("silentpeer");
                Trouble client = Trouble.prepareBeside(service, "peerclient")) {
            Path recording = record("C13-silent-peer", List.of(), service, client);

            assertThat(samples(recording))
                    .anySatisfy(sample -> assertThat(sample.sockets())
                            .anyMatch(row -> row.protocol() == 2 && row.portId() == 4711 && row.receiveBytes() > 0));
            assertThat(verdicts(recording)).anyMatch(verdict -> verdict.startsWith("C13 "));
            assertThat(blamed(recording)).isSubsetOf(client.pid(), service.pid());
        }
    }

    @Test
    void secondDumpThatIsRefused() throws Exception {
        try (Trouble client = Trouble.prepare("seconddump")) {
            Path recording = record("C11-second-dump", List.of(), client);

            assertThat(blamed(recording)).isSubsetOf(client.pid());
        }
    }

    @Test
    void oneReceiveOfThirtyThousandThatNeverReturns() throws Exception {
        try (Trouble client = Trouble.prepare("loop")) {
            Path recording = record("loop-of-thirty-thousand", List.of(), client);

            assertThat(blamed(recording)).isSubsetOf(client.pid());
        }
    }

    @Test
    void rulesThatAreOnlyCheckedAreNoChange() throws Exception {
        try (Trouble space = Trouble.prepare("subscriber")) {
            Path out = RECORDINGS.resolve("nft-check-and-apply");
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
    }

    private static void nft(Trouble space, String option, String rules) throws IOException, InterruptedException {
        String command = "echo '" + rules + "' | nft " + option + " -f -";
        Process nft = new ProcessBuilder("nsenter", "--net", "--target", space.pid(), "--", "sh", "-c", command)
                .redirectErrorStream(true)
                .start();
        String said = new String(nft.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(nft.waitFor()).as(said).isZero();
    }

    /** What has to be done before anybody gets into trouble. */
    @FunctionalInterface
    private interface Preparation {
        void run() throws IOException;
    }

    private static Path record(String name, List<Trouble> causes, Trouble... victims)
            throws IOException, InterruptedException {
        return record(name, causes, () -> {}, victims);
    }

    private static Path record(String name, List<Trouble> causes, Preparation preparation, Trouble... victims)
            throws IOException, InterruptedException {
        return record(name, causes, preparation, sample -> true, victims);
    }

    private static boolean showsHolder(EvidenceSample sample) {
        return sample.tasks().stream().anyMatch(task -> task.stack().contains("handle_userfault"));
    }

    /**
     * Records the victims, from before their trouble until it has lasted long enough.
     *
     * @param wanted until a sample shows it, too: on a busy machine it takes time to look at all processes
     * @param causes not recorded; they begin before the victims, and end when everything has been recorded
     */
    private static Path record(
            String name,
            List<Trouble> causes,
            Preparation preparation,
            Predicate<EvidenceSample> wanted,
            Trouble... victims)
            throws IOException, InterruptedException {
        Path out = RECORDINGS.resolve(name);
        List<String> arguments = new ArrayList<>(List.of("record", "--out", out.toString()));
        if (causes.isEmpty()) {
            arguments.addAll(List.of("--netns", "/proc/" + victims[0].pid() + "/ns/net"));
        } else { // they are in several namespaces
            Arrays.stream(victims).forEach(victim -> arguments.addAll(List.of("--pid", victim.pid())));
        }
        try (RunningNltap nltap = RunningNltap.startRecording(arguments.toArray(String[]::new))) {
            preparation.run();
            causes.forEach(Trouble::begin);
            Stream.of(victims).forEach(Trouble::begin);
            awaitEvidence(out, wanted);
            nltap.signal("INT");
            // What nltap removes after that may have to wait for what the causes hold.
            Awaitility.await("the capture to be whole")
                    .atMost(60, TimeUnit.SECONDS)
                    .until(() -> Files.exists(out.resolve("0.pcapng")) || nltap.hasEnded());
            causes.forEach(Trouble::close);
            assertThat(nltap.exitCode()).as(nltap.output()).isIn(0, 3); // 3: the machine was too busy to hear all
        }
        return out;
    }

    private static void awaitEvidence(Path out, Predicate<EvidenceSample> wanted) {
        Path file = out.resolve(OutputDirectory.EVIDENCE);
        long since = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        Awaitility.await("evidence of " + file)
                .atMost(120, TimeUnit.SECONDS)
                .until(() -> lastTime(file) - since > HUNG_NANOS && read(file).anyMatch(wanted));
    }

    private static long lastTime(Path file) {
        return read(file).mapToLong(EvidenceSample::timeNanos).max().orElse(0);
    }

    /** As far as it has been written. */
    private static Stream<EvidenceSample> read(Path file) {
        try {
            return Files.readAllLines(file).stream().flatMap(HangKernelIT::whole);
        } catch (IOException e) {
            return Stream.of();
        }
    }

    private static Stream<EvidenceSample> whole(String line) {
        try {
            return Stream.of(EvidenceJson.read(line));
        } catch (FormatProblem e) {
            return Stream.of(); // it is being written
        }
    }

    /** What hangs, by class and process. */
    private static List<String> verdicts(Path recording) throws Exception {
        return summary(recording).hangs().stream()
                .map(hang -> hang.finding().hangClass().name() + " "
                        + hang.finding().who().pid().orElse(-1))
                .distinct()
                .toList();
    }

    /** Processes that are said to hang, or to keep others waiting, as far as it is known who they are. */
    private static List<String> blamed(Path recording) throws Exception {
        return summary(recording).hangs().stream()
                .flatMap(hang -> hang.finding().who().pid().stream().mapToObj(Integer::toString))
                .distinct()
                .toList();
    }

    private static Summary summary(Path recording) throws Exception {
        return SummaryJson.read(Files.readAllBytes(recording.resolve(OutputDirectory.SUMMARY)));
    }

    private static List<EvidenceSample> samples(Path recording) throws IOException {
        try (Stream<String> lines = Files.lines(recording.resolve(OutputDirectory.EVIDENCE))) {
            return lines.map(line -> {
                        try {
                            return EvidenceJson.read(line);
                        } catch (FormatProblem e) {
                            throw new AssertionError(line, e);
                        }
                    })
                    .toList();
        }
    }
}
