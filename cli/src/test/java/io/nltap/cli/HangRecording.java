// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.analysis.Hang;
import io.nltap.netlink.analysis.HangClass;
import io.nltap.netlink.analysis.Holder;
import io.nltap.netlink.analysis.Summary;
import io.nltap.netlink.evidence.EvidenceSample;
import io.nltap.report.EvidenceJson;
import io.nltap.report.FormatProblem;
import io.nltap.report.SummaryJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;

/**
 * {@code nltap record --watch} of several clients at once, of each of which it is known how it hangs, if it does. What was
 * recorded stays in the directory of the test reports, under {@code scenarios}.
 */
final class HangRecording implements AutoCloseable {

    private static final Path RECORDINGS = Path.of("scenarios").toAbsolutePath();

    /** What is told while it hangs: {@code A1 since 2026-01-05T10:12:03.114Z: ip[4711] of … waits}. */
    private static final Pattern TOLD = Pattern.compile("^([A-E]\\d+) since \\S+: \\S*?\\[(\\d+)\\].*");

    private static final Pattern OVER = Pattern.compile("^[A-E]\\d+ is over: .*");

    private static final Pattern TOLD_OF_NOBODY = Pattern.compile("^([A-E]\\d+) since \\S+: .*");

    /** For longer than it takes to be taken for a hang, and to be told of. */
    private static final long WATCHED_NANOS = TimeUnit.SECONDS.toNanos(12);

    private static final long LATEST_START_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Path out;
    private final List<String> where = new ArrayList<>();
    private final boolean isOfProcesses;
    private final Map<Trouble, List<String>> expected = new LinkedHashMap<>();
    private RunningNltap nltap;

    private HangRecording(String name, boolean isOfProcesses) {
        this.out = RECORDINGS.resolve(name);
        this.isOfProcesses = isOfProcesses;
    }

    /** Of all that is said in the network namespace of one of them. */
    static HangRecording ofNamespace(String name, Trouble space) {
        HangRecording recording = new HangRecording(name, false);
        recording.where.addAll(List.of("--netns", "/proc/" + space.pid() + "/ns/net"));
        return recording;
    }

    /** Of the clients only, wherever they are. */
    static HangRecording ofProcesses(String name) {
        return new HangRecording(name, true);
    }

    /** @param classes of what has to be found of it, and nothing else; none, if it is healthy */
    HangRecording with(Trouble client, String... classes) {
        expected.put(client, List.of(classes));
        if (isOfProcesses) {
            where.addAll(List.of("--pid", client.pid()));
        }
        return this;
    }

    HangRecording start() throws IOException {
        List<String> command = new ArrayList<>(List.of("record", "--watch", "--out", out.toString()));
        command.addAll(where);
        nltap = RunningNltap.start(command.toArray(String[]::new));
        return this;
    }

    HangRecording awaitStarted() {
        nltap.awaitRecording();
        // What is there at the first look has been there for who knows how long.
        Awaitility.await("first evidence of " + out)
                .atMost(120, TimeUnit.SECONDS)
                .until(() -> nltap.hasEnded() || lastSample() > 0);
        return this;
    }

    /** Until each that hangs has been told of, and all have been watched for long enough. */
    void awaitTold() {
        long begun =
                expected.keySet().stream().mapToLong(Trouble::askedNanos).max().orElseThrow();
        try {
            Awaitility.await("evidence of " + out)
                    .atMost(180, TimeUnit.SECONDS)
                    .pollInterval(1, TimeUnit.SECONDS)
                    .until(() -> nltap.hasEnded() || lastSample() - begun > WATCHED_NANOS);
            Awaitility.await("verdicts of " + out)
                    .atMost(60, TimeUnit.SECONDS)
                    .until(() -> nltap.hasEnded() || told().containsAll(wanted()));
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            return; // what is missing will be said
        }
    }

    /** Until all that was told of is told to be over. */
    void awaitOver() {
        Awaitility.await("end of what hung in " + out)
                .atMost(120, TimeUnit.SECONDS)
                .until(() -> nltap.hasEnded()
                        || nltap.output()
                                        .lines()
                                        .filter(line -> OVER.matcher(line).matches())
                                        .count()
                                >= wanted().size());
    }

    private long lastSample() {
        return samples().mapToLong(EvidenceSample::timeNanos).max().orElse(0);
    }

    /** As far as they have been written. */
    private Stream<EvidenceSample> samples() {
        try {
            return Files.readAllLines(out.resolve(OutputDirectory.EVIDENCE)).stream()
                    .flatMap(HangRecording::whole);
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

    /** What was told while it was recorded, by class and process. */
    List<String> told() {
        List<String> told = new ArrayList<>();
        for (String line : nltap.output().split("\n")) {
            Matcher named = TOLD.matcher(line);
            if (named.matches()) {
                told.add(named.group(1) + " " + name(named.group(2)));
            } else if (TOLD_OF_NOBODY.matcher(line).matches()) {
                told.add(line);
            }
        }
        return told.stream().sorted().toList();
    }

    private List<String> wanted() {
        return expected.entrySet().stream()
                .flatMap(each -> each.getValue().stream()
                        .map(hang -> hang + " " + name(each.getKey().pid())))
                .sorted()
                .toList();
    }

    private String name(String pid) {
        return expected.keySet().stream()
                .filter(each -> each.pid().equals(pid))
                .map(each -> each.name() + "[" + pid + "]")
                .findFirst()
                .orElse("[" + pid + "]");
    }

    void interrupt() throws IOException, InterruptedException {
        nltap.signal("INT");
        // What nltap removes after that may have to wait for what the causes hold.
        Awaitility.await("all files of " + out)
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> Files.exists(out.resolve(OutputDirectory.REPORT)) || nltap.hasEnded());
    }

    void awaitEnd() throws InterruptedException {
        assertThat(nltap.exitCode()).as(nltap.output()).isIn(0, 3); // 3: the machine was too busy to hear all
    }

    /** That exactly what is true was told, while it was so and in the end. */
    void check(SoftAssertions softly) throws Exception {
        List<String> found = hangs().stream().map(this::verdict).sorted().toList();
        softly.assertThat(found).as("summary of %s", out).isEqualTo(wanted());
        // On a busy machine somebody may be out of sight for so long that he is told of again.
        softly.assertThat(told().stream().distinct().toList())
                .as("told of %s", out)
                .isEqualTo(wanted());
        for (Hang hang : hangs()) {
            expected.keySet().stream()
                    .filter(each -> each.pid()
                            .equals(Integer.toString(hang.finding().who().pid().orElse(-1))))
                    .forEach(each -> softly.assertThat(hang.finding().sinceNanos())
                            .as("since of %s in %s", verdict(hang), out)
                            .isBetween(each.begunNanos(), latestStart(each, hang)));
            softly.assertThat(hang.finding().why()).as(verdict(hang)).isNotEmpty();
        }
    }

    /** Where no message tells, it is known since it was seen: losses are counted, and threads looked at, at a sample. */
    private long latestStart(Trouble client, Hang hang) {
        HangClass hangClass = hang.finding().hangClass();
        boolean isSeenOnly = hangClass == HangClass.E2 || hangClass.name().startsWith("B");
        return isSeenOnly ? lastSample() : client.askedNanos() + LATEST_START_NANOS;
    }

    private String verdict(Hang hang) {
        return hang.finding().hangClass().name() + " "
                + name(Integer.toString(hang.finding().who().pid().orElse(-1)));
    }

    List<Hang> hangs() throws Exception {
        return summary().hangs();
    }

    Summary summary() throws Exception {
        return SummaryJson.read(Files.readAllBytes(out.resolve(OutputDirectory.SUMMARY)));
    }

    /** Process of whoever holds the lock, by what was seen of his thread. */
    String processOfHolder(Hang hang) {
        String task = hang.finding().holder().map(Holder::task).orElse("[-1]");
        int tid = Integer.parseInt(task.substring(task.lastIndexOf('[') + 1, task.length() - 1));
        return samples()
                .flatMap(sample -> sample.tasks().stream())
                .filter(each -> each.tid() == tid)
                .map(each -> Integer.toString(each.pid()))
                .findFirst()
                .orElse("nobody");
    }

    List<Trouble> clients() {
        return List.copyOf(expected.keySet());
    }

    @Override
    public void close() {
        if (nltap != null) {
            nltap.close();
        }
        expected.keySet().forEach(Trouble::close);
    }
}
