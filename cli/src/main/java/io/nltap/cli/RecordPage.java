// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import io.nltap.netlink.analysis.Summary;
import io.nltap.report.html.CaptureFacts;
import io.nltap.report.html.HtmlReport;
import io.nltap.report.html.RecentChanges;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@code report.html} of a recording: what the analysis found, and of {@code record.json} what a reader has to know. */
final class RecordPage {
    private RecordPage() {}

    static byte[] of(String title, Summary summary, RecentChanges changes, RecordReport report) {
        return HtmlReport.of(summary, changes, new CaptureFacts(title, report.nltap(), facts(report), gaps(report)));
    }

    private static List<CaptureFacts.Fact> facts(RecordReport report) {
        RecordReport.Counts counts = report.counters();
        List<CaptureFacts.Fact> facts = new ArrayList<>();
        facts.add(new CaptureFacts.Fact("Command", "nltap " + String.join(" ", report.command())));
        facts.add(new CaptureFacts.Fact(
                "Kernel", report.machine().kernel() + ", " + report.machine().architecture()));
        facts.add(new CaptureFacts.Fact("Recorded", report.startTime() + " to " + report.endTime()));
        facts.add(new CaptureFacts.Fact("Ended by", report.end().by()));
        for (RecordReport.Space space : report.namespaces()) {
            facts.add(new CaptureFacts.Fact(
                    space.host() ? "Tap of the host" : "Tap of netns " + space.inode(),
                    "%s; who sent is told by: %s, %s"
                            .formatted(
                                    space.engine(),
                                    space.tagger().mode(),
                                    space.tagger().means())));
        }
        facts.add(new CaptureFacts.Fact(
                "Datagrams heard",
                "%,d: %,d in the file, %,d of others, %,d filtered, %,d copies"
                        .formatted(
                                counts.received(),
                                counts.written(),
                                counts.outOfScope(),
                                counts.filtered(),
                                counts.duplicates())));
        facts.add(new CaptureFacts.Fact(
                "Attributed",
                report.confidence().entrySet().stream()
                        .map(each -> "%s %,d".formatted(each.getKey(), each.getValue()))
                        .collect(Collectors.joining(", "))));
        return facts;
    }

    /** What the summary counts as lost is not said again. */
    private static List<String> gaps(RecordReport report) {
        List<String> gaps = new ArrayList<>();
        if (report.end().message() != null) {
            gaps.add("The recording ended early: %s.".formatted(report.end().message()));
        }
        long dropped = report.counters().droppedByLimits();
        if (dropped > 0) {
            gaps.add("%,d datagrams did not fit below the limits that were set.".formatted(dropped));
        }
        if (report.changes() != null && report.changes().omitted() > 0) {
            gaps.add("changes.ndjson has no room for %,d changes."
                    .formatted(report.changes().omitted()));
        }
        if (report.evidence() != null && report.evidence().omitted() > 0) {
            gaps.add("evidence.ndjson has no room for %,d looks beside the wire."
                    .formatted(report.evidence().omitted()));
        }
        if (report.children() != null) {
            gaps.add("Children of the processes may be missing: %s.".formatted(report.children()));
        }
        return gaps;
    }
}
