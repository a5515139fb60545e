// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.api.v1alpha1.AnalysisCounts;
import io.nltap.api.v1alpha1.CaptureFinding;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.netlink.analysis.Finding;
import io.nltap.netlink.analysis.Hang;
import io.nltap.netlink.analysis.Summary;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;

/**
 * What a status says of an analysis.
 *
 * @param findings the longest first, as many as a status lists
 */
record AnalysisProgress(AnalysisCounts counts, List<CaptureFinding> findings) {
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(9).toFormatter();

    static final AnalysisProgress NONE = new AnalysisProgress(AnalysisCounts.NONE, List.of());

    /** @param skippedMessages that are in the segments and not in the summary */
    static AnalysisProgress of(Summary summary, long skippedMessages) {
        long omitted = summary.omissions().stream()
                .filter(each -> each.what().equals("findings"))
                .mapToLong(each -> each.count())
                .sum();
        long changes = summary.changes().stream()
                .mapToLong(each -> each.added() + each.changed() + each.removed())
                .sum();
        return new AnalysisProgress(
                new AnalysisCounts(
                        summary.hangs().size() + omitted,
                        changes,
                        summary.totals().failed(),
                        skippedMessages),
                summary.hangs().stream()
                        .limit(NodeCaptureStatus.MAX_FINDINGS)
                        .map(AnalysisProgress::finding)
                        .toList());
    }

    private static CaptureFinding finding(Hang hang) {
        Finding finding = hang.finding();
        return new CaptureFinding(
                finding.hangClass().name(),
                time(finding.sinceNanos()),
                hang.endNanos().isPresent() ? time(hang.endNanos().getAsLong()) : null,
                finding.who().toString(),
                finding.what().toString(),
                finding.hangClass().sentence()
                        + finding.holder()
                                .map(holder -> "; held by " + holder.task()
                                        + holder.pod().map(pod -> " of " + pod).orElse(""))
                                .orElse(""),
                null);
    }

    private static String time(long nanos) {
        return TIME.format(Instant.ofEpochSecond(0, nanos));
    }
}
