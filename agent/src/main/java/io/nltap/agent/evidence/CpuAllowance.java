// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How much processor time may be spent: a fiftieth of all time, and what was not used of the last two minutes, most of which
 * is kept for when something hangs. Where that is not enough, a tenth of a second every five, and a quarter of one when
 * something hangs. A busy machine lets the same be done, but more slowly: one stretch of work ends with its time by the clock,
 * too. Used by one thread.
 */
final class CpuAllowance {

    private static final long SHARE = 50;
    private static final long MOST_SAVED = Duration.ofSeconds(2).toNanos();
    private static final long GRANT = Duration.ofMillis(100).toNanos();
    private static final long URGENT_GRANT = Duration.ofMillis(250).toNanos();
    private static final long BETWEEN_GRANTS = Duration.ofSeconds(5).toNanos();
    private static final long RESERVE = Duration.ofMillis(1500).toNanos();

    /** The processor time of a thread is a system call to read; it cannot grow by more than the clock does. */
    private static final long BETWEEN_READINGS = Duration.ofMillis(5).toNanos();

    private final LongSupplier nanoTime;
    private final LongSupplier cpuTime;
    private long saved = MOST_SAVED;
    private long granted;
    private long countedAt;
    private long cpuCounted;
    private long cpuCountedAt;
    private long grantedAt;
    private boolean urgent;
    private long end;

    /**
     * @param nanoTime monotonic, as {@link System#nanoTime}
     * @param cpuTime nanoseconds of processor time that the thread which asks has used
     */
    CpuAllowance(LongSupplier nanoTime, LongSupplier cpuTime) {
        this.nanoTime = nanoTime;
        this.cpuTime = cpuTime;
        this.countedAt = nanoTime.getAsLong();
        this.grantedAt = countedAt;
        this.end = countedAt;
    }

    /**
     * To be called before work begins.
     *
     * @param urgent whether it may use up what is kept for that
     */
    void rested(boolean urgent) {
        long now = nanoTime.getAsLong();
        count(now); // what has been done since it was asked last
        this.urgent = urgent;
        saved = Math.min(MOST_SAVED, saved + (now - countedAt) / SHARE);
        countedAt = now;
        granted = 0;
        if (!hasTime() && now - grantedAt >= BETWEEN_GRANTS) {
            grantedAt = now;
            granted = urgent ? URGENT_GRANT : GRANT;
        }
    }

    /** Begins a stretch of work that shall not last longer, by the clock. */
    void begin(Duration most) {
        end = nanoTime.getAsLong() + most.toNanos();
    }

    /** Whether there is anything left; to be asked before each piece of work. */
    boolean isLeft() {
        long now = nanoTime.getAsLong();
        if (now - cpuCountedAt >= BETWEEN_READINGS) {
            count(now);
        }
        return hasTime() && now - end < 0;
    }

    private void count(long now) {
        long cpu = cpuTime.getAsLong();
        long used = cpu - cpuCounted;
        cpuCounted = cpu;
        cpuCountedAt = now;
        // Sockets are read even when nothing is left: that shall not use up what is kept.
        saved = Math.max(urgent ? -MOST_SAVED : Math.min(saved, RESERVE), saved - used);
        granted -= used;
    }

    private boolean hasTime() {
        return saved > (urgent ? 0 : RESERVE) || granted > 0;
    }
}
