// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long a thread that drains a tap may still wait for lookups: never long at once, and in the long run half of the
 * time. While it waits, frames stay in the ring; whoever has this patience is to lose it when the ring fills.
 */
final class Patience {
    private static final long AT_ONCE = Duration.ofSeconds(1).toNanos();
    private static final long SAVED_AT_MOST = Duration.ofSeconds(3).toNanos();
    private static final long PART = 2;

    private final LongSupplier nanoTime;
    private long saved = SAVED_AT_MOST;
    private long savedAt;

    Patience(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.savedAt = nanoTime.getAsLong();
    }

    Duration left() {
        long now = nanoTime.getAsLong();
        saved = Math.min(SAVED_AT_MOST, saved + (now - savedAt) / PART);
        savedAt = now;
        return Duration.ofNanos(Math.min(saved, AT_ONCE));
    }

    /** To be called when a wait is over. */
    void waitedSince(long startNanos) {
        long now = nanoTime.getAsLong();
        saved = Math.max(0, saved - (now - startNanos));
        savedAt = now;
    }
}
