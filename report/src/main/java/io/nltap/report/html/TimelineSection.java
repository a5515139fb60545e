// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import io.nltap.netlink.analysis.Summary;
import io.nltap.netlink.analysis.Timeline;
import java.util.Comparator;
import java.util.List;

/** When there were requests, how long they took and what hung meanwhile: as plots, and the same in figures. */
final class TimelineSection {
    private static final int ROWS = 20;
    private static final int MAX_BYTES = 20_000;

    private TimelineSection() {}

    static void write(Markup all, Summary summary, CaptureTime time) {
        Timeline timeline = summary.timeline();
        if (timeline.spans().isEmpty()) {
            return;
        }
        TimelineBins drawn = TimelineBins.of(timeline, PlotData.MAX_BINS);
        TimelineBins told = TimelineBins.of(timeline, ROWS);
        Section.write(all, "timeline", "Timeline", out -> {
            out.element("p", sentence(timeline, time)).line();
            plot(out, "plot-requests", "Requests per " + Quantity.duration(drawn.binNanos()));
            plot(out, "plot-latency", "Slowest first answer per " + Quantity.duration(drawn.binNanos()));
            if (!summary.hangs().isEmpty()) {
                plot(out, "plot-hangs", hangs(summary));
            }
            out.raw("script", PlotData.of(summary, drawn), "type", "application/json", "id", "plot-data")
                    .line();
            // Where there is no script, this is the timeline; the script closes it when it has drawn the plots.
            out.open("details", "id", "timeline-table", "open", "");
            out.element("summary", "In figures, per " + Quantity.duration(told.binNanos()));
            new Table<>("What happened when", columns(time), "summary.json").write(out, told.bins(), 0, MAX_BYTES);
            out.close("details").line();
        });
    }

    private static void plot(Markup out, String id, String title) {
        out.open("figure", "id", id, "class", "plot", "hidden", "");
        out.element("figcaption", title).open("div", "role", "img", "aria-label", title + ": in figures below");
        out.close("div").close("figure").line();
    }

    private static String hangs(Summary summary) {
        int drawn = Math.min(PlotData.MAX_LANES, summary.hangs().size());
        return drawn == summary.hangs().size()
                ? "Hangs"
                : "Hangs: the longest %d of %s"
                        .formatted(drawn, Quantity.count(summary.hangs().size()));
    }

    private static String sentence(Timeline timeline, CaptureTime time) {
        Timeline.Span busiest = timeline.spans().stream()
                .max(Comparator.comparing(Timeline.Span::requests))
                .orElseThrow();
        Timeline.Span slowest = timeline.spans().stream()
                .max(Comparator.comparing(Timeline.Span::slowestNanos))
                .orElseThrow();
        return "Most requests: %s in %s, at %s. Slowest first answer: %s, of a request sent at %s. Times are UTC."
                .formatted(
                        Quantity.count(busiest.requests()),
                        Quantity.duration(timeline.spanNanos()),
                        time.of(busiest.atNanos()),
                        Quantity.duration(slowest.slowestNanos()),
                        time.of(slowest.atNanos()));
    }

    private static List<Column<TimelineBins.Bin>> columns(CaptureTime time) {
        return List.of(
                Column.time("From", time, TimelineBins.Bin::atNanos),
                Column.count("Requests", TimelineBins.Bin::requests),
                Column.count("Failed", TimelineBins.Bin::failed),
                Column.count("Unanswered", TimelineBins.Bin::unanswered),
                Column.count("Messages", TimelineBins.Bin::messages),
                Column.duration("Slowest", TimelineBins.Bin::slowestNanos));
    }
}
