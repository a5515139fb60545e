// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How much time may be spent: a fiftieth of all time, and what was not used of the last two minutes, most of which is kept
 * for when something hangs. Where that is not enough, a tenth of a
 * second every five, and a quarter of one when something hangs. It is measured by the clock, so that on a busy machine less is done and never more. Used by one
 * thread.
 */
final class CpuAllowance {

    private static final long SHARE = 50;
    private static final long MOST_SAVED = Duration.ofSeconds(2).toNanos();
    private static final long GRANT = Duration.ofMillis(100).toNanos();
    private static final long URGENT_GRANT = Duration.ofMillis(250).toNanos();
    private static final long BETWEEN_GRANTS = Duration.ofSeconds(5).toNanos();
    private static final long RESERVE = Duration.ofMillis(1500).toNanos();

    private final LongSupplier nanoTime;
    private long saved = MOST_SAVED;
    private long countedAt;
    private boolean urgent;
    private long grantedUntil;
    private long grantedAt;

    /** @param nanoTime monotonic, as {@link System#nanoTime} */
    CpuAllowance(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.countedAt = nanoTime.getAsLong();
        this.grantedUntil = countedAt;
        this.grantedAt = countedAt;
    }

    /**
     * To be called before work begins.
     *
     * @param urgent whether it may use up what is kept for that
     */
    void rested(boolean urgent) {
        this.urgent = urgent;
        long now = nanoTime.getAsLong();
        saved = Math.min(MOST_SAVED, saved + (now - countedAt) / SHARE);
        countedAt = now;
        if (!isLeft() && now - grantedAt >= BETWEEN_GRANTS) {
            grantedAt = now;
            grantedUntil = now + (urgent ? URGENT_GRANT : GRANT);
        }
    }

    /** Whether there is anything left; to be asked before each piece of work. */
    boolean isLeft() {
        long now = nanoTime.getAsLong();
        saved = Math.max(-MOST_SAVED, saved - (now - countedAt));
        countedAt = now;
        return saved > (urgent ? 0 : RESERVE) || now - grantedUntil < 0;
    }
}
