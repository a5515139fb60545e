// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import io.nltap.netlink.analysis.Timeline;
import java.util.ArrayList;
import java.util.List;

/**
 * A timeline without holes, so that it can be drawn: bins of equal length from the first span until the last, those in
 * which nothing happened too.
 *
 * @param binNanos a multiple of the timeline's span
 * @param bins ascending, one after the other
 */
record TimelineBins(long binNanos, List<Bin> bins) {

    record Bin(long atNanos, long requests, long messages, long failed, long unanswered, long slowestNanos) {
        Bin plus(Timeline.Span span) {
            return new Bin(
                    atNanos,
                    requests + span.requests(),
                    messages + span.messages(),
                    failed + span.failed(),
                    unanswered + span.unanswered(),
                    Math.max(slowestNanos, span.slowestNanos()));
        }
    }

    /** @param max how many bins, at most */
    static TimelineBins of(Timeline timeline, int max) {
        List<Timeline.Span> spans = timeline.spans();
        if (spans.isEmpty()) {
            return new TimelineBins(timeline.spanNanos(), List.of());
        }
        long span = timeline.spanNanos();
        long first = spans.get(0).atNanos();
        long count = (spans.get(spans.size() - 1).atNanos() - first) / span + 1;
        long factor = (count + max - 1) / max;
        long length = span * factor;
        List<Bin> bins = new ArrayList<>();
        for (int i = 0; i < (count + factor - 1) / factor; i++) {
            bins.add(new Bin(first + i * length, 0, 0, 0, 0, 0));
        }
        for (Timeline.Span each : spans) {
            int bin = (int) ((each.atNanos() - first) / length);
            bins.set(bin, bins.get(bin).plus(each));
        }
        return new TimelineBins(length, bins);
    }
}
