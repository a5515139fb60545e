// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.evidence.SocketRow;
import java.util.HashSet;
import java.util.Set;

/** A socket of a process through the samples. */
final class SocketTrack {
    private static final int MAX_REMEMBERED = 16;
    static final long NEVER = Long.MIN_VALUE;

    SocketRow row;
    final long firstNanos;

    /** Whether it was there when it was looked for the first time: then nobody knows what happened to it before. */
    final boolean isOld;

    /** When it was known not to be there yet; NEVER when that is not known. */
    private final long absentNanos;

    long lastNanos;
    int samples = 1;

    /** Since when something has waited to be read, in every sample; NEVER when nothing does. */
    private long unreadSince;

    private int unreadSamples;
    private final long firstDrops;
    private long dropsBefore = NEVER;
    private long dropsNoticed = NEVER;
    private long leftOut;
    private long leftOutNoticed = NEVER;
    final Set<Integer> holders = new HashSet<>();
    final Set<Integer> readers = new HashSet<>();

    /** @param absentNanos when all sockets were looked at last without it; {@link #NEVER} when that is not known */
    SocketTrack(SocketRow row, long nanos, long absentNanos) {
        this.absentNanos = absentNanos;
        this.isOld = absentNanos == NEVER;
        this.row = row;
        this.firstNanos = nanos;
        this.lastNanos = nanos;
        this.firstDrops = isOld ? row.drops() : 0;
        this.unreadSince = row.receiveBytes() > 0 ? nanos : NEVER;
        this.unreadSamples = row.receiveBytes() > 0 ? 1 : 0;
        if (row.drops() > 0) {
            dropsNoticed = nanos;
        }
    }

    void see(SocketRow now, long nanos) {
        if (now.receiveBytes() == 0) {
            unreadSince = NEVER;
            unreadSamples = 0;
        } else {
            // What has become less has been read: only then it is not the same any more.
            if (unreadSince == NEVER || now.receiveBytes() < row.receiveBytes()) {
                unreadSince = nanos;
                unreadSamples = 0;
            }
            unreadSamples++;
        }
        if (now.drops() > row.drops()) {
            dropsBefore = lastNanos;
            dropsNoticed = nanos;
        }
        row = now;
        lastNanos = nanos;
        samples++;
    }

    /** @param datagrams of it until now that are not in the capture, though nothing was lost */
    void leftOut(long datagrams, long nanos) {
        if (datagrams > leftOut) {
            leftOutNoticed = nanos;
        }
        leftOut = datagrams;
    }

    /** Whether it was noticed after that time that something of it was left out of the capture. */
    boolean leftOutAfter(long nanos) {
        return leftOutNoticed != NEVER && leftOutNoticed >= nanos;
    }

    void heldBy(int pid) {
        if (holders.size() < MAX_REMEMBERED) {
            holders.add(pid);
        }
    }

    void readBy(int tid) {
        if (readers.size() < MAX_REMEMBERED) {
            readers.add(tid);
        }
    }

    /** Whether it was opened after that time, so that what was said then was said on another one with its port id. */
    boolean isNewerThan(long nanos) {
        return absentNanos != NEVER && absentNanos >= nanos;
    }

    /** Whether the same has lain unread in two samples at least, for so long. */
    boolean isUnread(long forNanos) {
        return unreadSince != NEVER && unreadSamples > 1 && lastNanos - unreadSince >= forNanos;
    }

    long unreadSince() {
        return unreadSince;
    }

    /** Messages that it lost while it was watched. */
    long lost() {
        return Math.max(0, row.drops() - firstDrops);
    }

    /** When a loss was noticed last. */
    long lossNoticedNanos() {
        return dropsNoticed;
    }

    /** Whether a loss was noticed after that time; not, if it is known to have been before. */
    boolean lostAfter(long nanos) {
        return dropsNoticed != NEVER && dropsNoticed >= nanos;
    }

    /** Whether it is known that nothing was lost before that time but after. */
    boolean surelyLostAfter(long nanos) {
        return lostAfter(nanos) && (dropsBefore >= nanos || lost() > 0);
    }
}
