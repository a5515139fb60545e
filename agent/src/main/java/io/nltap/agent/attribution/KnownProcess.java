// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import org.jspecify.annotations.Nullable;

/** A process that spoke, where it was then and what it was called, with whom that is, as far as it is known by now. */
final class KnownProcess {
    /** While its lookup takes too long. */
    private static final long ASK_AGAIN_NANOS = 10_000_000;

    private final long cgroupId;
    private final long commFirst;
    private final long commSecond;
    private @Nullable Owner owner;
    private @Nullable Pending<Owner> awaited;
    private boolean provisional;
    private long askAgainNanos;

    /** The numbers are those of its tag; both of the comm 0 when that is a thread's and not the process'. */
    KnownProcess(long cgroupId, long commFirst, long commSecond) {
        this.cgroupId = cgroupId;
        this.commFirst = commFirst;
        this.commSecond = commSecond;
    }

    boolean isAt(long cgroupId) {
        return this.cgroupId == cgroupId;
    }

    boolean isCalled(long commFirst, long commSecond) {
        return this.commFirst == commFirst && this.commSecond == commSecond;
    }

    /** Null before anybody was asked. */
    @Nullable
    Owner owner() {
        return owner;
    }

    /** Whether it goes by its tag alone, because it could not be looked up yet. */
    boolean isProvisional() {
        return provisional;
    }

    boolean mayBeAskedAgain(long nowNanos) {
        return awaited == null && nowNanos - askAgainNanos >= 0;
    }

    void isOf(Owner found) {
        owner = found;
        provisional = false;
        awaited = null;
    }

    /**
     * @param fromTag what the tag alone tells
     * @param lookup may still be under way
     */
    void isProvisionally(Owner fromTag, Pending<Owner> lookup, long nowNanos) {
        owner = fromTag;
        provisional = true;
        awaited = lookup.isOver() ? null : lookup;
        askAgainNanos = nowNanos + ASK_AGAIN_NANOS;
    }

    /** Takes the answer of a lookup that nobody waited for to its end, if it is there. */
    void takeLateAnswer() {
        Pending<Owner> late = awaited;
        if (late != null && late.isOver()) {
            awaited = null;
            Owner found = late.answer();
            if (found != null) {
                isOf(found);
            }
        }
    }
}
