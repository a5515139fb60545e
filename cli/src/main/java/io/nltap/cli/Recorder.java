// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import io.nltap.agent.attribution.NodeAuthors;
import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.linux.Capabilities;
import io.nltap.agent.process.PodNames;
import io.nltap.agent.process.ProcessIndex;
import io.nltap.agent.session.FilterReading;
import io.nltap.netlink.analysis.Hang;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Carries out one {@code nltap record}: checks what can be checked, records, and turns what went wrong into words. */
final class Recorder {

    /**
     * What it is put together from.
     *
     * @param modules {@code /lib/modules}
     * @param state directory that lasts until the machine's next start
     * @param version of nltap
     */
    record Surroundings(Path proc, Path modules, Path state, Clock clock, LongSupplier nanoTime, String version) {

        String kernelRelease() throws IOException {
            return Files.readString(proc.resolve("sys/kernel/osrelease")).strip();
        }
    }

    private static final String DEVICES_WAIT =
            "what was recorded is whole, but the kernel does not take its devices away yet: somebody holds the rtnl lock for long."
                    + " Until that is free no signal ends this process. If it ends before, the next nltap removes them";

    private final Surroundings surroundings;
    private final Progress progress;
    private final PrintWriter findings;
    private final PrintWriter err;
    private final List<String> command;

    Recorder(
            Surroundings surroundings, Progress progress, PrintWriter findings, PrintWriter err, List<String> command) {
        this.findings = findings;
        this.surroundings = surroundings;
        this.progress = progress;
        this.err = err;
        this.command = List.copyOf(command);
    }

    ExitCode record(RecordOrder order) {
        EndSignal signal = EndSignal.catching();
        ExitCode code = ExitCode.FAILED;
        try {
            code = attempt(order, signal);
        } catch (CommandProblem e) {
            code = fail(e.exitCode(), String.valueOf(e.getMessage()));
        } catch (CaptureException e) {
            code = fail(ExitCode.FAILED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            code = fail(ExitCode.FAILED, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            signal.settle(code);
        }
        return code;
    }

    private ExitCode fail(ExitCode code, String message) {
        progress.end();
        err.println("nltap: " + message);
        return code;
    }

    private ExitCode attempt(RecordOrder order, EndSignal signal)
            throws CommandProblem, CaptureException, IOException, InterruptedException {
        checkFilter(order);
        Optional<String> lacking = Privileges.lacking(Capabilities.ofSelf());
        if (lacking.isPresent()) {
            throw new CommandProblem(ExitCode.FAILED, lacking.get());
        }
        ProcessIndex processes = new ProcessIndex(surroundings.proc(), new PodNames(), 0, surroundings.nanoTime());
        try (NodeAuthors authors = NodeAuthors.start(
                        processes, surroundings.proc(), surroundings.nanoTime(), surroundings.clock());
                Targets targets = Targets.open(order, surroundings.proc(), processes)) {
            OutputDirectory out = OutputDirectory.open(order.out());
            try {
                return new Run(surroundings, order, targets, processes, authors, out, progress, err, findings(order))
                        .go(command, signal, report -> {
                            out.writeReport(report.json());
                            ExitCode code = conclude(report, out);
                            signal.conclude(code, () -> err.println("nltap: " + DEVICES_WAIT));
                            return code;
                        });
            } finally {
                out.removeIfUnused();
            }
        }
    }

    /** Called by the thread that analyses. */
    private Consumer<List<Hang>> findings(RecordOrder order) {
        if (!order.watch()) {
            return hangs -> {};
        }
        FindingLines lines = new FindingLines();
        return hangs -> {
            List<String> news = lines.update(hangs);
            if (!news.isEmpty()) {
                progress.end();
                news.forEach(findings::println);
                findings.flush();
            }
        };
    }

    /** @throws CommandProblem with libpcap's words */
    private static void checkFilter(RecordOrder order) throws CommandProblem {
        try {
            FilterReading.of(Run.filter(order), "");
        } catch (IllegalArgumentException e) {
            String words = String.valueOf(e.getMessage()).replaceFirst("^expression: ", "");
            throw new CommandProblem(ExitCode.WRONG_USAGE, "--filter: " + words, e);
        }
    }

    private ExitCode conclude(RecordReport report, OutputDirectory out) {
        RecordReport.Counts counts = report.counters();
        err.printf(
                "recorded %s messages in %s datagrams of %s received; %s dropped by the kernel, %s unattributed%n",
                Progress.number(counts.messages()),
                Progress.number(counts.written()),
                Progress.number(counts.received()),
                Progress.number(counts.ringDropped()),
                Progress.number(counts.unattributed()));
        err.println(
                report.files().stream().noneMatch(file -> file.name().equals(OutputDirectory.CAPTURE))
                        ? "nothing was recorded: there is no %s, and %s says why"
                                .formatted(OutputDirectory.CAPTURE, out.path().resolve(OutputDirectory.REPORT))
                        : out.capture() + " opens in Wireshark");
        if (report.end().message() != null) {
            return fail(ExitCode.FAILED, report.end().message());
        }
        boolean limited = report.end().by().equals("Bytes");
        boolean lost = counts.ringDropped() > 0 || (counts.droppedByLimits() > 0 && !limited);
        return lost ? ExitCode.INCOMPLETE : ExitCode.DONE;
    }
}
