// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.Attribution;
import io.nltap.agent.frame.Author;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * One process, or one that took its id and so is another, with the attributions to it, each made once. Shared by all taps.
 */
final class Owner {

    /** Start of a process that nobody saw in /proc. */
    static final long START_UNKNOWN = -1;

    // values() makes a copy each time
    private static final int GROUNDS = Grounds.values().length;

    private static final int ROLES = Attribution.Role.values().length;

    private final Author author;
    private final int pid;
    private final long startTicks;
    private final int namesVersion;
    private final AtomicReferenceArray<Attribution> attributions = new AtomicReferenceArray<>(ROLES * GROUNDS);

    private volatile boolean over;
    private volatile long endNanos;
    private volatile boolean ended;

    /**
     * @param startTicks as in /proc, or {@link #START_UNKNOWN}
     * @param namesVersion of the names that the author carries
     */
    Owner(Author author, int pid, long startTicks, int namesVersion) {
        this.author = author;
        this.pid = pid;
        this.startTicks = startTicks;
        this.namesVersion = namesVersion;
    }

    Author author() {
        return author;
    }

    int pid() {
        return pid;
    }

    long startTicks() {
        return startTicks;
    }

    int namesVersion() {
        return namesVersion;
    }

    /** Whether the process has ended, or is called otherwise now: to be looked up anew. */
    boolean isOver() {
        return over;
    }

    /** It is to be looked up anew: nobody knows whether it has ended. */
    void end() {
        over = true;
    }

    /** It has ended. @param nanos when, {@code CLOCK_MONOTONIC} */
    void end(long nanos) {
        endNanos = nanos;
        ended = true;
        over = true;
    }

    /** Whether it still was the same process at a moment. */
    boolean lived(long nanos) {
        return ended ? endNanos - nanos >= 0 : !over;
    }

    /** Whether it lived for some time more after a moment. */
    boolean livedOnAfter(long nanos, long moreNanos) {
        return ended && endNanos - nanos - moreNanos >= 0;
    }

    /** The same object for the same question, nearly always. */
    Attribution as(Attribution.Role role, Grounds grounds) {
        int index = role.ordinal() * GROUNDS + grounds.ordinal();
        Attribution known = attributions.get(index);
        if (known == null) {
            known = new Attribution(role, author, grounds.confidence(), grounds.reason());
            attributions.set(index, known);
        }
        return known;
    }
}
