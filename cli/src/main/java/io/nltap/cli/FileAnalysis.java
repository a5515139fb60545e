// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import io.nltap.netlink.analysis.Analysis;
import io.nltap.netlink.analysis.Settings;
import io.nltap.netlink.analysis.Summary;
import io.nltap.netlink.change.Change;
import io.nltap.netlink.pcapng.CaptureProblem;
import io.nltap.netlink.pcapng.CaptureReader;
import io.nltap.netlink.pcapng.CapturedPacket;
import io.nltap.netlink.pcapng.InterfaceStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads captures, and what was seen beside the wire, in the order of time, through one analysis. */
final class FileAnalysis {
    private final Analysis analysis;
    private final List<String> problems = new ArrayList<>();

    /** @param changed is told each change */
    FileAnalysis(Settings settings, Consumer<Change> changed) {
        this.analysis = new Analysis(settings, changed);
    }

    /** @throws CommandProblem when a file cannot be opened, or is no capture */
    Summary read(AnalysisSources sources) throws CommandProblem {
        if (sources.evidence().isEmpty()) {
            for (var capture : sources.captures()) {
                try (CaptureInput input = CaptureInput.open(capture)) {
                    read(input, Optional.empty());
                }
            }
            return analysis.summary();
        }
        try (EvidenceInput evidence = EvidenceInput.open(sources.evidence().get())) {
            for (var capture : sources.captures()) {
                try (CaptureInput input = CaptureInput.open(capture)) {
                    read(input, Optional.of(evidence));
                }
            }
            evidence.upTo(Long.MAX_VALUE, analysis::accept);
            problems.addAll(evidence.problems());
            return analysis.summary();
        }
    }

    /** What was wrong with the files, a sentence each. */
    List<String> problems() {
        return problems;
    }

    private void read(CaptureInput input, Optional<EvidenceInput> evidence) {
        CaptureReader reader = input.reader();
        for (Optional<CapturedPacket> packet = reader.next(); packet.isPresent(); packet = reader.next()) {
            CapturedPacket each = packet.get();
            if (evidence.isPresent()) {
                evidence.get().upTo(each.timestampNanos(), analysis::accept);
            }
            analysis.accept(each);
        }
        long lost = 0;
        for (InterfaceStatistics each : reader.statistics()) {
            lost += Math.max(
                    each.systemDropped().orElse(0), each.interfaceDropped().orElse(0));
            each.end().ifPresent(analysis::advance); // nothing came until then, and that tells, too
        }
        analysis.miss(reader.skipped(), lost);
        for (CaptureProblem problem : reader.problems()) {
            problems.add("%s, at byte %d: %s".formatted(input.name(), problem.offset(), problem.message()));
        }
    }
}
