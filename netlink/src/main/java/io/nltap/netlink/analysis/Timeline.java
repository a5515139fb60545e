// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What happened when, in spans of equal length that begin at multiples of it.
 *
 * @param spanNanos 100 ms, or that doubled as often as it takes for {@value #MAX_SPANS} to do
 * @param spans ascending; those in which nothing happened are left out
 */
public record Timeline(long spanNanos, List<Span> spans) {
    public static final int MAX_SPANS = 600;
    public static final long LEAST_SPAN = 100_000_000L;

    /**
     * @param atNanos its beginning
     * @param requests sent in it
     * @param messages sent in it, the requests among them
     * @param failed requests of it that failed
     * @param unanswered requests of it that were owed an answer and got none, or not all of it
     * @param slowestNanos the most that one of its requests took the kernel
     */
    public record Span(long atNanos, long requests, long messages, long failed, long unanswered, long slowestNanos) {
        Span plus(Span other) {
            return new Span(
                    atNanos,
                    requests + other.requests,
                    messages + other.messages,
                    failed + other.failed,
                    unanswered + other.unanswered,
                    Math.max(slowestNanos, other.slowestNanos));
        }

        Span at(long time) {
            return new Span(time, requests, messages, failed, unanswered, slowestNanos);
        }
    }

    public static final Timeline NONE = new Timeline(LEAST_SPAN, List.of());

    public Timeline {
        if (spanNanos < LEAST_SPAN) {
            throw new IllegalArgumentException("a span of %d ns".formatted(spanNanos));
        }
        spans = List.copyOf(spans);
    }

    public Timeline plus(Timeline other) {
        long span = Math.max(spanNanos, other.spanNanos);
        while (true) {
            SortedMap<Long, Span> sum = new TreeMap<>();
            addTo(sum, span);
            other.addTo(sum, span);
            if (sum.size() <= MAX_SPANS) {
                return new Timeline(span, List.copyOf(sum.values()));
            }
            span *= 2;
        }
    }

    private void addTo(SortedMap<Long, Span> sum, long span) {
        for (Span each : spans) {
            long start = Math.floorDiv(each.atNanos(), span) * span;
            sum.merge(start, each.at(start), Span::plus);
        }
    }
}
