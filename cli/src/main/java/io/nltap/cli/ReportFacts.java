// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import io.nltap.agent.frame.Confidence;
import io.nltap.agent.session.LocalRecording;
import io.nltap.api.v1alpha1.Counters;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that a report says, as the recorder knows it. */
record ReportFacts(
        String version,
        List<String> command,
        RecordReport.Machine machine,
        Instant start,
        Instant finish,
        RecordReport.End end,
        List<RecordReport.Space> spaces,
        List<RecordReport.Refused> refused,
        String childrenLacking,
        LocalRecording.Progress progress,
        RecordReport.Redaction redaction,
        Optional<RecordReport.Lines> evidence,
        Optional<RecordReport.Lines> changes,
        List<RecordReport.File> files) {

    RecordReport report() {
        Counters total = progress.total();
        Map<String, Long> confidence = new LinkedHashMap<>();
        for (Confidence each : Confidence.values()) {
            confidence.put(each.word(), progress.byConfidence().getOrDefault(each, 0L));
        }
        return new RecordReport(
                RecordReport.VERSION,
                version,
                command,
                machine,
                start.toString(),
                finish.toString(),
                end,
                spaces,
                refused.isEmpty() ? null : refused,
                childrenLacking.isEmpty() ? null : childrenLacking,
                new RecordReport.Counts(
                        total.received(),
                        total.frames(),
                        total.outOfScope(),
                        total.filtered(),
                        total.duplicates(),
                        total.droppedByLimits(),
                        total.dropped(),
                        total.unattributed(),
                        total.messages(),
                        total.bytes()),
                confidence,
                AuthorNames.authors(progress),
                progress.otherAuthors().frames(),
                redaction,
                evidence.orElse(null),
                changes.orElse(null),
                files);
    }
}
