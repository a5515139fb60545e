// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long things took, in steps of at most an eighth: a time belongs to the step whose lower bound is the greatest that
 * is not greater than it. So two can be added.
 *
 * @param steps lower bound in nanoseconds, and how many; ascending, none of 0
 * @param maxNanos the longest of all; 0 when there is none
 */
public record Latencies(List<Step> steps, long maxNanos) {

    public record Step(long fromNanos, long count) {}

    public static final Latencies NONE = new Latencies(List.of(), 0);

    public Latencies {
        steps = List.copyOf(steps);
    }

    public long count() {
        return steps.stream().mapToLong(Step::count).sum();
    }

    /**
     * The time that this part of all did not exceed, as the lower bound of its step.
     *
     * @param part from 0 to 1
     */
    public long quantile(double part) {
        long rank = Math.max(1, (long) Math.ceil(part * count()));
        for (Step step : steps) {
            rank -= step.count();
            if (rank <= 0) {
                return step.fromNanos();
            }
        }
        return 0;
    }

    public Latencies plus(Latencies other) {
        SortedMap<Long, Long> sum = new TreeMap<>();
        steps.forEach(step -> sum.merge(step.fromNanos(), step.count(), Long::sum));
        other.steps.forEach(step -> sum.merge(step.fromNanos(), step.count(), Long::sum));
        return new Latencies(
                sum.entrySet().stream()
                        .map(each -> new Step(each.getKey(), each.getValue()))
                        .toList(),
                Math.max(maxNanos, other.maxNanos));
    }
}
