// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Processor time for what may take a part of one CPU only, but may take at once what it left over before. Used by one thread at
 * a time, whose time is counted.
 */
final class SavedTime {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    static final LongSupplier OF_THIS_THREAD = THREADS::getCurrentThreadCpuTime;

    private final long restFactor;
    private final long atMost;
    private final LongSupplier nanoTime;
    private final LongSupplier cpuTime;
    private long saved;
    private long savedAt;

    /**
     * @param restFactor the part of one CPU is 1 / this
     * @param atMost what can be left over; all of it is, in the beginning
     * @param nanoTime monotonic, as {@link System#nanoTime}
     * @param cpuTime nanoseconds of processor time that the thread which asks has used
     */
    SavedTime(long restFactor, Duration atMost, LongSupplier nanoTime, LongSupplier cpuTime) {
        this.cpuTime = cpuTime;
        this.restFactor = restFactor;
        this.atMost = atMost.toNanos();
        this.nanoTime = nanoTime;
        this.saved = this.atMost;
        this.savedAt = nanoTime.getAsLong();
    }

    /** Whether there is any. */
    boolean isLeft() {
        long now = nanoTime.getAsLong();
        saved = Math.min(atMost, saved + (now - savedAt) / restFactor);
        savedAt = now;
        return saved > 0;
    }

    /** Does what is to be counted, to its end. */
    <T> T spend(Supplier<T> work) {
        long before = cpuTime.getAsLong();
        try {
            return work.get();
        } finally {
            saved -= cpuTime.getAsLong() - before;
        }
    }
}
