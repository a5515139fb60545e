// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import io.nltap.agent.analysis.AnalysisThread;
import io.nltap.agent.analysis.LineFile;
import io.nltap.agent.analysis.LiveAnalysis;
import io.nltap.agent.evidence.NodeEvidence;
import io.nltap.agent.frame.DiskSpace;
import io.nltap.agent.frame.NodeProcesses;
import io.nltap.agent.session.LocalRecording;
import io.nltap.netlink.analysis.Hang;
import io.nltap.netlink.analysis.Settings;
import io.nltap.netlink.analysis.Summary;
import io.nltap.netlink.change.Change;
import io.nltap.netlink.evidence.EvidenceSample;
import io.nltap.report.ChangeJson;
import io.nltap.report.EvidenceJson;
import io.nltap.report.SummaryJson;
import io.nltap.report.html.RecentChanges;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** All that a recording does beside recording: it looks beside the wire, and writes what the capture comes to. */
final class RunAnalysis implements AutoCloseable {

    private static final long EVIDENCE_BYTES = 64 << 20;
    private static final long CHANGES_BYTES = 256 << 20;

    private final OutputDirectory out;
    private final RecentChanges recent = new RecentChanges();
    private final LineFile<EvidenceSample> evidence;
    private final LineFile<Change> changes;
    private final AnalysisThread thread;
    private final LiveAnalysis analysis;
    private final NodeEvidence beside;

    private RunAnalysis(
            Recorder.Surroundings surroundings,
            NodeProcesses processes,
            OutputDirectory out,
            Consumer<List<Hang>> findings)
            throws IOException {
        this.out = out;
        this.evidence = new LineFile<>(out.evidence(), EvidenceJson::line, EVIDENCE_BYTES, DiskSpace.WHOLE);
        this.changes = new LineFile<>(out.changes(), ChangeJson::line, CHANGES_BYTES, DiskSpace.WHOLE);
        int ownPid = RecorderMark.ofSelf(surroundings.proc()).pid();
        this.thread = AnalysisThread.start(surroundings.clock(), surroundings.nanoTime(), () -> false);
        this.analysis = thread.begin(out.path(), Settings.USUAL, who -> true, new Ears(findings));
        this.beside = NodeEvidence.start(
                processes,
                surroundings.proc(),
                ownPid,
                System.getProperty("os.arch", ""),
                surroundings.clock(),
                surroundings.nanoTime());
    }

    /** @param findings hears about once a second, on a thread of this, of what hangs */
    static RunAnalysis start(
            Recorder.Surroundings surroundings,
            NodeProcesses processes,
            OutputDirectory out,
            Consumer<List<Hang>> findings)
            throws IOException {
        return new RunAnalysis(surroundings, processes, out, findings);
    }

    LocalRecording.Beside beside() {
        return new LocalRecording.Beside(
                beside,
                sample -> {
                    evidence.accept(sample);
                    analysis.accept(sample);
                },
                analysis);
    }

    /**
     * To be called when the recording is over.
     *
     * @param lost datagrams that the kernel did not hand over
     * @return what it comes to; {@code summary.json} has it
     */
    Summary finish(long lost) throws IOException, InterruptedException {
        evidence.close();
        Summary summary = analysis.finish(lost);
        changes.close();
        out.write(OutputDirectory.SUMMARY, SummaryJson.write(summary));
        return summary;
    }

    /** Writes {@code report.html}. */
    void writePage(Summary summary, RecordReport report) throws IOException {
        String title = String.valueOf(out.path().getFileName());
        out.write(OutputDirectory.PAGE, RecordPage.of(title, summary, recent, report));
    }

    RecordReport.Lines evidenceLines() {
        return new RecordReport.Lines(evidence.lines(), evidence.omitted());
    }

    RecordReport.Lines changeLines() {
        return new RecordReport.Lines(changes.lines(), changes.omitted());
    }

    /** What the disk did not take, a sentence each. */
    List<String> problems() {
        return Stream.of(evidence.problem(), changes.problem())
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public void close() throws IOException {
        try (evidence;
                changes;
                thread) {
            beside.close();
        }
    }

    /** What the analysis says, on its thread. */
    private final class Ears implements LiveAnalysis.Listener {
        private final Consumer<List<Hang>> findings;

        private Ears(Consumer<List<Hang>> findings) {
            this.findings = findings;
        }

        @Override
        public void changed(Change change) {
            changes.accept(change);
            recent.accept(change);
        }

        @Override
        public void looked(List<Hang> open, Supplier<Summary> soFar) {
            findings.accept(open);
        }
    }
}
