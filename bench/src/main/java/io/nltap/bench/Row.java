// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import java.util.Arrays;
import java.util.List;

/**
 * What was measured of one contender in one round.
 *
 * @param framesPerSecond that the load reached
 * @param secondsPerMillion processor time of the contender's process for a million frames
 */
record Row(String contender, double framesPerSecond, double secondsPerMillion, long received, long dropped) {

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
