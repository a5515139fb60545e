// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.analysis.Latencies.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Counts times for {@link Latencies}: eight steps for each power of two. */
final class LatencyCounter {
    private static final int STEP_BITS = 3;
    private static final int STEPS = (64 - STEP_BITS) << STEP_BITS;

    private int[] counts = new int[0];
    private long maxNanos;

    void add(long nanos) {
        long time = Math.max(0, nanos);
        int step = stepOf(time);
        if (step >= counts.length) {
            counts = Arrays.copyOf(counts, Math.min(STEPS, step + 32));
        }
        counts[step]++;
        maxNanos = Math.max(maxNanos, time);
    }

    Latencies toLatencies() {
        List<Step> steps = new ArrayList<>();
        for (int step = 0; step < counts.length; step++) {
            if (counts[step] != 0) {
                steps.add(new Step(lowerBound(step), counts[step] & 0xFFFF_FFFFL));
            }
        }
        return new Latencies(steps, maxNanos);
    }

    /** Times below 8 have steps of their own; then the three bits after the highest one tell which of the eight. */
    static int stepOf(long time) {
        int shift = Math.max(0, 63 - STEP_BITS - Long.numberOfLeadingZeros(time | 1));
        return (shift << STEP_BITS) + (int) (time >>> shift);
    }

    static long lowerBound(int step) {
        int half = 1 << STEP_BITS;
        if (step < 2 * half) {
            return step;
        }
        int shift = (step >> STEP_BITS) - 1;
        return (long) (half + (step & (half - 1))) << shift;
    }
}
