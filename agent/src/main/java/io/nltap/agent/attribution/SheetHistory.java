// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** The last readings of the table of netlink sockets. Used by one thread. */
final class SheetHistory {
    private static final int KEPT = 128;

    /** Alarms may follow each other closely: what is younger than a frame may be when it is asked for is kept, too. */
    private static final long YOUNG_NANOS = 1_000_000_000;

    private static final int KEPT_AT_MOST = 512;

    /** A socket that was seen so long before is not taken for the one that spoke. */
    private static final long LONG_BEFORE_NANOS = 250_000_000;

    /**
     * A socket that had a port id.
     *
     * @param inode or {@link SocketSheet#NO_SOCKET}
     * @param stillOpen it was seen at the first reading after the moment that was asked for; else only before, or much later, and
     *     it may have been another's then
     */
    record Sighting(long inode, boolean stillOpen) {
        static final Sighting NONE = new Sighting(SocketSheet.NO_SOCKET, false);
    }

    private final Deque<SocketSheet> newestLast = new ArrayDeque<>();

    /** Whether there were others before the oldest. */
    private boolean forgetful;

    void add(SocketSheet sheet) {
        newestLast.addLast(sheet);
        while (newestLast.size() > KEPT && (isOld(sheet.takenNanos()) || newestLast.size() > KEPT_AT_MOST)) {
            newestLast.removeFirst();
            forgetful = true;
        }
    }

    private boolean isOld(long nanos) {
        return nanos - newestLast.getFirst().takenNanos() > YOUNG_NANOS;
    }

    boolean reachesBeyond(long nanos) {
        return !newestLast.isEmpty() && newestLast.getLast().takenNanos() - nanos > 0;
    }

    /**
     * The socket that had a port id at a moment: as the first reading after it shows, or, when it was closed by then, the last
     * one before it.
     *
     * @param key as in {@link KnownSocket#key}
     */
    Sighting find(long key, long nanos) {
        long inode = SocketSheet.NO_SOCKET;
        Iterator<SocketSheet> newestFirst = newestLast.descendingIterator();
        while (newestFirst.hasNext()) {
            SocketSheet sheet = newestFirst.next();
            if (sheet.takenNanos() - nanos > 0) {
                inode = sheet.inode(key);
                continue;
            }
            return inode == SocketSheet.NO_SOCKET && nanos - sheet.takenNanos() < LONG_BEFORE_NANOS
                    ? new Sighting(sheet.inode(key), false)
                    : new Sighting(inode, true);
        }
        return new Sighting(inode, !forgetful);
    }
}
