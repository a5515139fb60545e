// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import java.util.Arrays;
import java.util.List;

/**
 * What was measured of one contender in one round.
 *
 * @param framesPerSecond that the load reached
 * @param secondsPerMillion processor time of the contender's process for a million frames, once it is warm
 * @param wholeSeconds processor time of the process from its start to its end
 * @param wholeFrames that it saw in this time; 0 when it failed, and then nothing else means anything
 */
record Row(
        String contender,
        double framesPerSecond,
        double secondsPerMillion,
        double wholeSeconds,
        long wholeFrames,
        long received,
        long dropped) {

    static Row failed(String contender) {
        return new Row(contender, Double.NaN, Double.NaN, Double.NaN, 0, 0, 0);
    }

    boolean isFailed() {
        return wholeFrames == 0;
    }

    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    static double smallest(List<Double> values) {
        return Arrays.stream(values.stream().mapToDouble(Double::doubleValue).toArray())
                .min()
                .orElse(Double.NaN);
    }

    static double largest(List<Double> values) {
        return Arrays.stream(values.stream().mapToDouble(Double::doubleValue).toArray())
                .max()
                .orElse(Double.NaN);
    }
}
