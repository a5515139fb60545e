// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.upload;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait after each failed attempt: doubling from {@code first} up to {@code longest}, and of that a random
 * part, at least half, so that the agents of a cluster do not come back all at once after an outage.
 *
 * @param random from 0 (inclusive) to 1 (exclusive)
 */
public record Backoff(Duration first, Duration longest, DoubleSupplier random) {

    private static final int MAX_DOUBLINGS = 30;

    /** @throws IllegalArgumentException when the durations are not positive and in order */
    public Backoff {
        if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "want 0 < first <= longest, got first %s and longest %s".formatted(first, longest));
        }
    }

    /** @param attempts how many have failed so far, from 1 */
    Duration after(int attempts) {
        Duration doubled = first.multipliedBy(1L << Math.min(attempts - 1, MAX_DOUBLINGS));
        Duration bounded = doubled.compareTo(longest) < 0 ? doubled : longest;
        long half = bounded.toMillis() / 2;
        return Duration.ofMillis(half + (long) (half * random.getAsDouble()));
    }

    /** What the other side asks for, but never longer than {@code longest} nor shorter than {@link #after(int)}. */
    Duration after(int attempts, Duration asked) {
        Duration bounded = asked.compareTo(longest) < 0 ? asked : longest;
        Duration own = after(attempts);
        return bounded.compareTo(own) < 0 ? own : bounded;
    }
}
