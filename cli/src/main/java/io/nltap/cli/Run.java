// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import io.nltap.agent.attribution.NodeAuthors;
import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.frame.NodeProcesses;
import io.nltap.agent.frame.Reason;
import io.nltap.agent.linux.Errno;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.NetNs;
import io.nltap.agent.metrics.AgentCounters;
import io.nltap.agent.redaction.FamilyTeacher;
import io.nltap.agent.redaction.KeyRedaction;
import io.nltap.agent.redaction.Redaction;
import io.nltap.agent.ring.RingBudget;
import io.nltap.agent.scope.Scope;
import io.nltap.agent.session.LocalRecording;
import io.nltap.agent.session.NodeTaps;
import io.nltap.agent.session.SessionEnd;
import io.nltap.agent.tap.KernelPaths;
import io.nltap.agent.tap.TagBudget;
import io.nltap.agent.tap.Taggers;
import io.nltap.agent.tap.Taps;
import io.nltap.api.v1alpha1.Filter;
import io.nltap.netlink.analysis.Hang;
import io.nltap.netlink.analysis.Summary;
import io.nltap.netlink.pcapng.SectionHeader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/** One recording, from the first tap to the report. Used by one thread. */
final class Run {

    /** Takes what came of it. */
    @FunctionalInterface
    interface Result {
        ExitCode conclude(RecordReport report) throws IOException;
    }

    /** 24 network namespaces with 8 MiB each; further ones get less, and 49 get one. */
    private static final long RING_BYTES = 256 << 20;

    private static final long TAG_BYTES = 128 << 20;
    private static final Duration ENDLESS = Duration.ofDays(36500);
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);
    private static final int AUTHORS = 10_000;
    private static final long LEAST_SEGMENT = 1 << 20;

    private final Recorder.Surroundings surroundings;
    private final RecordOrder order;
    private final Targets targets;
    private final NodeProcesses processes;
    private final NodeAuthors authors;
    private final OutputDirectory out;
    private final Progress progress;
    private final PrintWriter err;
    private final Consumer<List<Hang>> findings;

    private final List<LocalRecording.TapFacts> taps = new ArrayList<>();
    private final Set<Long> tapped = new HashSet<>();
    private final Map<Long, CaptureException> refused = new LinkedHashMap<>();
    private Optional<KeyRedaction> keys = Optional.empty();
    private boolean processesGone;

    Run(
            Recorder.Surroundings surroundings,
            RecordOrder order,
            Targets targets,
            NodeProcesses processes,
            NodeAuthors authors,
            OutputDirectory out,
            Progress progress,
            PrintWriter err,
            Consumer<List<Hang>> findings) {
        this.surroundings = surroundings;
        this.order = order;
        this.targets = targets;
        this.processes = processes;
        this.authors = authors;
        this.out = out;
        this.progress = progress;
        this.err = err;
        this.findings = findings;
    }

    static Filter filter(RecordOrder order) {
        return new Filter(null, null, null, order.filter().orElse(null));
    }

    /**
     * @param result is told what came of it when all files are whole, and before devices are taken away, which the kernel may
     *     keep waiting for long
     */
    ExitCode go(List<String> command, EndSignal signal, Result result)
            throws CommandProblem, CaptureException, IOException, InterruptedException {
        MachineState state = new MachineState(
                surroundings.state(),
                surroundings.proc(),
                surroundings.modules().resolve(surroundings.kernelRelease()),
                order.tagger()
                        ? new Taggers(KernelPaths.USUAL, new TagBudget(TAG_BYTES))
                        : Taggers.none("the command line says --no-tagger"));
        try (RunAnalysis analysis =
                        order.analysis() ? RunAnalysis.start(surroundings, processes, out, findings) : null;
                MachineTaps machine = MachineTaps.open(state);
                FamilyTeacher families = FamilyTeacher.start(surroundings.nanoTime());
                LocalRecording recording = start(
                        machine.taps(),
                        families,
                        redaction(families),
                        Optional.ofNullable(analysis).map(RunAnalysis::beside))) {
            machine.swept().forEach(err::println);
            follow(recording);
            machine.rest();
            signal.ask(recording::stop);
            Instant start = surroundings.clock().instant();
            announce();
            Optional<SessionEnd> ended =
                    watch(recording, surroundings.nanoTime().getAsLong());
            SessionEnd finished = recording.finish();
            SessionEnd end = finished.problem().isPresent() ? finished : ended.orElse(finished);
            ExitCode code;
            if (analysis == null) {
                progress.end();
                code = result.conclude(report(Optional.empty(), command, signal, recording, start, end));
            } else {
                Summary summary = analysis.finish(recording.progress().total().dropped());
                progress.end();
                analysis.problems().forEach(problem -> err.println("nltap: " + problem));
                RecordReport report = report(Optional.of(analysis), command, signal, recording, start, end);
                analysis.writePage(summary, report);
                code = result.conclude(report);
            }
            machine.takeTurn();
            return code;
        }
    }

    private LocalRecording start(
            Taps devices, FamilyTeacher families, Redaction redaction, Optional<LocalRecording.Beside> beside)
            throws CaptureException, IOException {
        LocalRecording.Plan plan = new LocalRecording.Plan(
                "record",
                out.path(),
                filter(order),
                order.duration().orElse(ENDLESS),
                order.maxBytes(),
                OptionalLong.empty(),
                Math.max(LEAST_SEGMENT, 2 * order.maxBytes()), // one file: the recording ends before it is full
                ENDLESS,
                AUTHORS,
                redaction);
        NodeTaps nodeTaps = new NodeTaps(devices, new RingBudget(RING_BYTES), authors, families, new AgentCounters());
        SectionHeader section = new SectionHeader(
                System.getProperty("os.arch", ""),
                "Linux " + surroundings.kernelRelease(),
                "nltap " + surroundings.version());
        return LocalRecording.start(
                plan,
                nodeTaps,
                beside,
                RecorderMark.ofSelf(surroundings.proc()).pid(),
                section,
                surroundings.clock(),
                surroundings.nanoTime());
    }

    private Redaction redaction(FamilyTeacher families) {
        if (!order.redaction()) {
            return Redaction.NONE;
        }
        keys = Optional.of(families.openRedaction());
        return keys.get();
    }

    /** Taps the namespaces in which the targets are by now, and gives up those that they have left. */
    private void follow(LocalRecording recording) throws CommandProblem, CaptureException, InterruptedException {
        if (order.wantsEverybody() && !tapped.isEmpty()) {
            return; // of one place, which does not change
        }
        Map<Long, Path> wanted = wanted();
        for (long netns : List.copyOf(tapped)) {
            // A tap keeps its namespace alive: it goes with the last of the processes that it is there for.
            if (!wanted.containsKey(netns) && order.space().isEmpty()) {
                recording.close(netns);
                tapped.remove(netns);
            }
        }
        for (Map.Entry<Long, Path> each : wanted.entrySet()) {
            if (!tapped.contains(each.getKey()) && !refused.containsKey(each.getKey())) {
                open(recording, each.getKey(), each.getValue());
            }
        }
        if (taps.isEmpty() && !refused.isEmpty()) {
            throw refused.values().iterator().next();
        }
        processesGone = !order.wantsEverybody() && targets.count() == 0;
    }

    private Map<Long, Path> wanted() throws CommandProblem {
        if (order.space().isEmpty()) {
            return targets.namespaces();
        }
        Path path = order.space().get().path();
        try {
            return Map.of(inode(path), path);
        } catch (IOException e) {
            throw new CommandProblem(
                    ExitCode.FAILED,
                    "cannot look at the network namespace %s: %s. Name one of 'ip netns', or a file such as /proc/7/ns/net"
                            .formatted(path, e.getMessage()),
                    e);
        }
    }

    private void open(LocalRecording recording, long inode, Path path)
            throws CommandProblem, CaptureException, InterruptedException {
        try (NetNs namespace = NetNs.open(path)) {
            if (namespace.id().inode() != inode) {
                return; // the process has moved, or its id is another's by now: looked at again in a moment
            }
            LocalRecording.TapFacts facts = recording.open(
                    namespace,
                    new LocalRecording.Place(
                            order.wantsEverybody() ? Scope.Surroundings.OWN : Scope.Surroundings.SHARED,
                            List.of(targets.subject()),
                            isHost(inode) ? "host" : "netns " + inode,
                            "network namespace %d, by %s".formatted(inode, path)));
            taps.add(facts);
            tapped.add(inode);
        } catch (KernelException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ESRCH)) {
                return; // it has just ended
            }
            throw new CommandProblem(
                    ExitCode.FAILED, "cannot open the network namespace %s: %s".formatted(path, e.getMessage()), e);
        } catch (IOException e) {
            throw new CommandProblem(
                    ExitCode.FAILED, "%s is no network namespace: %s".formatted(path, e.getMessage()), e);
        } catch (CaptureException e) {
            if (e.reason() == Reason.NETWORK_NAMESPACE_GONE) {
                return;
            }
            refused.put(inode, e);
            if (!taps.isEmpty()) { // else it ends with these words
                progress.end();
                err.println("nltap: " + e.getMessage());
            }
        }
    }

    private boolean isHost(long inode) {
        try {
            return inode(surroundings.proc().resolve("1/ns/net")) == inode;
        } catch (IOException e) {
            return false; // not for us to see
        }
    }

    private static long inode(Path path) throws IOException {
        return ((Number) Files.getAttribute(path, "unix:ino")).longValue();
    }

    private void announce() {
        int count = targets.count();
        String whom = order.wantsEverybody()
                ? "everybody"
                : "%d process%s and what they start".formatted(count, count == 1 ? "" : "es");
        err.printf(
                "recording %s in %d network namespace%s into %s; Ctrl-C ends it%n",
                whom, tapped.size(), tapped.size() == 1 ? "" : "s", out.path());
        err.flush();
    }

    /** @return what ended it, unless the processes have */
    private Optional<SessionEnd> watch(LocalRecording recording, long startNanos)
            throws CommandProblem, CaptureException, InterruptedException {
        while (true) {
            Optional<SessionEnd> end = recording.await(LOOK_INTERVAL);
            if (end.isPresent()) {
                return end;
            }
            follow(recording);
            if (processesGone) {
                return Optional.empty();
            }
            Duration elapsed = Duration.ofNanos(surroundings.nanoTime().getAsLong() - startNanos);
            if (progress.isDue(elapsed)) {
                progress.show(AuthorNames.view(elapsed, recording.progress()));
            }
        }
    }

    private RecordReport report(
            Optional<RunAnalysis> analysis,
            List<String> command,
            EndSignal signal,
            LocalRecording recording,
            Instant start,
            SessionEnd end)
            throws IOException {
        List<RecordReport.File> files = new ArrayList<>();
        Path segment = out.path().resolve("0.pcapng");
        if (Files.exists(segment)) {
            out.name(segment);
            files.add(new RecordReport.File(
                    OutputDirectory.CAPTURE, Files.size(out.capture()), OutputDirectory.sha256(out.capture())));
        }
        for (String name : List.of(OutputDirectory.EVIDENCE, OutputDirectory.CHANGES, OutputDirectory.SUMMARY)) {
            Path file = out.path().resolve(name);
            if (Files.exists(file)) {
                files.add(new RecordReport.File(name, Files.size(file), OutputDirectory.sha256(file)));
            }
        }
        return new ReportFacts(
                        surroundings.version(),
                        command,
                        new RecordReport.Machine(surroundings.kernelRelease(), System.getProperty("os.arch", "")),
                        start,
                        surroundings.clock().instant(),
                        end(end, signal),
                        taps.stream().map(this::space).toList(),
                        refused.entrySet().stream()
                                .map(each -> new RecordReport.Refused(
                                        each.getKey(),
                                        each.getValue().reason().word(),
                                        Objects.requireNonNullElse(
                                                each.getValue().getMessage(), "")))
                                .toList(),
                        targets.lacking(),
                        recording.progress(),
                        keys.map(it -> new RecordReport.Redaction("Keys", it.attributes(), it.messages()))
                                .orElse(new RecordReport.Redaction("None", 0, 0)),
                        analysis.map(RunAnalysis::evidenceLines),
                        analysis.map(RunAnalysis::changeLines),
                        files)
                .report();
    }

    private RecordReport.End end(SessionEnd end, EndSignal signal) {
        if (end.problem().isPresent()) {
            SessionEnd.Problem problem = end.problem().get();
            return new RecordReport.End("Error", problem.reason().word(), problem.message());
        }
        return new RecordReport.End(
                switch (end.endedBy()) {
                    case DURATION -> "Duration";
                    case BYTES -> "Bytes";
                    default -> processesGone && !signal.isCaught() ? "ProcessesGone" : "Interrupt";
                },
                null,
                null);
    }

    private RecordReport.Space space(LocalRecording.TapFacts facts) {
        return new RecordReport.Space(
                facts.netns(),
                isHost(facts.netns()),
                facts.engine(),
                facts.module(),
                new RecordReport.Tagger(
                        facts.tagging().mode().word(),
                        facts.tagging().means(),
                        facts.tagging().lacking()));
    }
}
