// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import io.nltap.netlink.analysis.Settings;
import io.nltap.netlink.analysis.Summary;
import io.nltap.netlink.change.Change;
import io.nltap.report.ChangeJson;
import io.nltap.report.SummaryJson;
import io.nltap.report.html.CaptureFacts;
import io.nltap.report.html.HtmlReport;
import io.nltap.report.html.RecentChanges;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nltap analyze}: what a capture comes to. */
@Command(
        name = "analyze",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        header = "Says what hangs in a capture and why, what was slow, what failed, and who changed what.",
        description = {
            "",
            "FILE is pcapng or pcap with link type 253, from nltap, tcpdump or dumpcap, as it is or compressed by zstd or"
                    + " gzip. DIR is what 'nltap record' has left: then what was seen beside the wire is looked at, too"
                    + " (evidence.ndjson), and that is what tells why something hangs. Needs no root.",
            ""
        },
        parameterListHeading = "",
        optionListHeading = "Options:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:analysed, whatever was found",
            "1:a file cannot be read, or is no capture",
            "2:the command line makes no sense",
            "3:analysed as far as the files go: one is damaged, or was cut off"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  nltap analyze /tmp/shell",
            "  nltap analyze --html report.html capture.pcapng",
            "  nltap analyze --json capture.pcap | jq '.findings'",
            "  nltap analyze --changes /tmp/shell | jq -r '[.time, .who.comm, .action, .kind, .object] | @tsv'"
        })
final class AnalyzeCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @ArgGroup
    private Form form = new Form();

    static final class Form {
        @Option(names = "--json", description = "Print the summary as JSON; docs/summary.md explains it.")
        private boolean json;

        @Option(names = "--changes", description = "Print each change, as a line of JSON; docs/summary.md explains it.")
        private boolean changes;
    }

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write what was found to FILE, too, as a page for browsers; docs/report.md explains it.")
    private @Nullable Path html;

    @Option(
            names = "--slow-after",
            paramLabel = "TIME",
            defaultValue = "500ms",
            converter = TimeSpanConverter.class,
            description = "Requests that take the kernel longer are slow. 500ms unless told.")
    private @Nullable TimeSpan slowAfter;

    @Option(
            names = "--hung-after",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = TimeSpanConverter.class,
            description = "What stands still for longer may hang. 5s unless told.")
    private @Nullable TimeSpan hungAfter;

    @Parameters(paramLabel = "FILE|DIR", arity = "1..*", description = "Captures, in the order of their times.")
    private List<Path> files = new ArrayList<>();

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec);
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        try {
            return analyze(out, err).number();
        } catch (CommandProblem problem) {
            err.println("nltap: " + problem.getMessage());
            return problem.exitCode().number();
        } catch (UncheckedIOException e) {
            out.flush();
            err.println("nltap: a file cannot be read any further: %s"
                    .formatted(Objects.requireNonNullElse(e.getCause(), e).getMessage()));
            return ExitCode.FAILED.number();
        }
    }

    private ExitCode analyze(PrintWriter out, PrintWriter err) throws CommandProblem {
        Consumer<Change> printed = form.changes ? change -> out.println(ChangeJson.line(change)) : change -> {};
        RecentChanges recent = new RecentChanges();
        FileAnalysis analysis = new FileAnalysis(settings(), printed.andThen(recent));
        Summary summary = analysis.read(AnalysisSources.of(files));
        if (form.json) {
            out.println(new String(SummaryJson.write(summary), StandardCharsets.UTF_8));
        } else if (!form.changes) {
            new SummaryText(out).print(summary);
        }
        out.flush();
        if (html != null) {
            write(html, HtmlReport.of(summary, recent, facts(analysis.problems())));
        }
        analysis.problems().forEach(problem -> err.println("nltap: " + problem));
        return analysis.problems().isEmpty() ? ExitCode.DONE : ExitCode.INCOMPLETE;
    }

    private CaptureFacts facts(List<String> problems) {
        String names = files.stream().map(Path::toString).collect(Collectors.joining(", "));
        String title = files.size() == 1
                ? String.valueOf(files.get(0).toAbsolutePath().normalize().getFileName())
                : files.size() + " captures";
        return new CaptureFacts(
                title, Nltap.versionText(), List.of(new CaptureFacts.Fact("Read from", names)), problems);
    }

    private static void write(Path file, byte[] page) throws CommandProblem {
        try {
            Files.write(file, page);
        } catch (IOException e) {
            throw new CommandProblem(
                    ExitCode.FAILED, "--html %s: cannot write there: %s".formatted(file, e.getMessage()), e);
        }
    }

    private Settings settings() {
        return new Settings(
                slowAfter == null
                        ? Settings.USUAL.slowNanos()
                        : slowAfter.duration().toNanos(),
                hungAfter == null
                        ? Settings.USUAL.hungNanos()
                        : hungAfter.duration().toNanos());
    }
}
