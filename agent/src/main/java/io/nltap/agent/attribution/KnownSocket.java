// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.Attribution;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What goes by one protocol and port id, with the process it belongs to, or why none can be named. */
final class KnownSocket {
    /** Somebody may yet be found: the process' end may be reported, or there is time again to look at all of them. */
    private static final long ASK_AGAIN_NANOS = 250_000_000;

    /** It is being looked up, or there was no time to: a lookup for each frame would only make that worse. */
    private static final long NOT_IN_TIME_NANOS = 10_000_000;

    /** How exactly the end of a process is known, with something to spare. */
    private static final long DOUBT_NANOS = 25_000_000;

    /** What was found for one frame holds for those right after it. */
    private static final long CONFIRMED_NANOS = 500_000;

    private static final long CLOSELY_NANOS = 1_000_000;

    /** The kernel gives these to one socket after the other, and none twice in a short time. */
    private static final long FIRST_RANDOM = 1L << 31;

    private final long key;
    private @Nullable Owner owner;
    private Grounds grounds = Grounds.NAMED;
    private Finding.Nobody nobody = Finding.Nobody.NO_HOLDER;
    private long inode;
    private long goodUntilNanos;
    private long confirmedUntilNanos;
    private long askAgainNanos;
    private long refusedForNanos = Long.MIN_VALUE / 2;
    private @Nullable SocketSheet checked;
    private @Nullable Pending<Finding> awaited;
    private long awaitedForNanos;

    KnownSocket(long key) {
        this.key = key;
    }

    /** @param portId unsigned, 32 bits */
    static long key(int protocol, long portId) {
        return (long) protocol << 32 | portId;
    }

    private static boolean isRandom(long key) {
        return (key & FIRST_RANDOM) != 0;
    }

    /** The kernel named its sender. */
    void isOf(Owner sender) {
        owner = sender;
        grounds = Grounds.NAMED;
        inode = SocketSheet.NO_SOCKET;
    }

    /** The kernel named the process that was running when it answered. */
    void isAnsweredIn(Owner running) {
        owner = running;
        grounds = Grounds.ANSWERED_WHILE_RUNNING;
        inode = SocketSheet.NO_SOCKET;
    }

    /**
     * @param asked the lookup; may still be under way
     * @param frameNanos of the frame that it is looked up for
     * @param nowNanos of the same clock
     */
    void ask(Pending<Finding> asked, long frameNanos, long nowNanos) {
        Finding finding = asked.answer();
        awaited = asked.isOver() ? null : asked;
        awaitedForNanos = frameNanos;
        learn(finding == null ? Finding.Nobody.NOT_IN_TIME : finding, frameNanos, nowNanos);
    }

    /** Takes the answer of a lookup that nobody waited for to its end, if it is there. */
    void takeLateAnswer() {
        Pending<Finding> late = awaited;
        if (late != null && late.isOver()) {
            awaited = null;
            Finding finding = late.answer();
            if (finding != null) {
                // When it was found nobody knows any more, but for its moment it is true.
                learn(finding, awaitedForNanos, awaitedForNanos);
            }
        }
    }

    private void learn(Finding finding, long frameNanos, long nowNanos) {
        checked = null;
        if (finding instanceof Finding.Found found) {
            owner = found.owner();
            grounds = found.grounds();
            inode = found.inode();
            confirmedUntilNanos = frameNanos + CONFIRMED_NANOS;
            goodUntilNanos = Math.max(frameNanos, inode == SocketSheet.NO_SOCKET ? frameNanos : nowNanos);
        } else if (finding instanceof Finding.Nobody none) {
            owner = null;
            nobody = none;
            askAgainNanos = nowNanos + (none == Finding.Nobody.NOT_IN_TIME ? NOT_IN_TIME_NANOS : ASK_AGAIN_NANOS);
        }
    }

    @Nullable
    Owner owner() {
        return owner;
    }

    Finding.Nobody nobody() {
        return nobody;
    }

    /**
     * Whether nobody was found, and it is time to ask again. Frames that follow each other closely read no clock: where that
     * is a system call it takes longer than all else that is done for them.
     *
     * @param clock of now
     */
    boolean mayBeAskedAgain(long frameNanos, LongSupplier clock) {
        if (awaited != null || Math.abs(frameNanos - refusedForNanos) < CLOSELY_NANOS) {
            return false;
        }
        boolean may = clock.getAsLong() - askAgainNanos >= 0;
        if (!may) {
            refusedForNanos = frameNanos;
        }
        return may;
    }

    /**
     * Whether a frame is still the same socket's, and so the same process'.
     *
     * @param sheet the newest
     */
    boolean isStillThere(long frameNanos, SocketSheet sheet) {
        Owner known = owner;
        if (known == null || !known.lived(frameNanos)) {
            return false;
        }
        if (known.isOver() && frameNanos - confirmedUntilNanos > 0 && !known.livedOnAfter(frameNanos, DOUBT_NANOS)) {
            return false; // about to end then: another process may have its number and its port id already
        }
        if (inode == SocketSheet.NO_SOCKET || sheet == checked || frameNanos - goodUntilNanos <= 0) {
            return true;
        }
        long now = sheet.inode(key);
        if (now == inode) {
            checked = sheet;
            goodUntilNanos = Math.max(goodUntilNanos, sheet.takenNanos());
            return true;
        }
        // Closed since it was last seen, but nobody else has its port id: what was sent before is still its. Unless it
        // was a
        // number that a process of another PID namespace has, too, and may have used meanwhile.
        return now == SocketSheet.NO_SOCKET
                && frameNanos - sheet.takenNanos() <= 0
                && (known.isOver() || isRandom(key) || frameNanos - confirmedUntilNanos <= 0);
    }

    Attribution as(Owner owner, Attribution.Role role, Grounds whenNamed) {
        return owner.as(role, grounds == Grounds.NAMED ? whenNamed : grounds);
    }
}
