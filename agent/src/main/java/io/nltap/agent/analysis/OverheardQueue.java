// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.analysis;

import io.nltap.netlink.pcapng.CapturedPacket;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Notifications that are in no file and wait until the packets before them have been read; bounded. For any thread. */
final class OverheardQueue {
    private static final int MOST = 10_000;
    private static final long MOST_BYTES = 4 << 20;

    private record Waiting(CapturedPacket packet, long after) {}

    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private long bytes;
    private long missed;
    private boolean closed;

    /** Behind how many packets the first of them came; asked for each packet. */
    private volatile long firstAfter = Long.MAX_VALUE;

    synchronized boolean hasRoom(int more) {
        boolean room = !closed && waiting.size() < MOST && bytes + more <= MOST_BYTES;
        missed += room ? 0 : 1;
        return room;
    }

    synchronized void add(CapturedPacket packet, long after) {
        if (!closed) {
            bytes += packet.datagram().remaining();
            waiting.add(new Waiting(packet, after));
            noteFirst();
        }
    }

    private void noteFirst() {
        Waiting first = waiting.peek();
        firstAfter = first == null ? Long.MAX_VALUE : first.after();
    }

    synchronized void miss(long more) {
        missed += more;
    }

    /** The next one that came before more than so many packets of the files. */
    @Nullable
    CapturedPacket next(long read) {
        return firstAfter > read ? null : takeNext();
    }

    private synchronized @Nullable CapturedPacket takeNext() {
        Waiting first = waiting.poll();
        noteFirst();
        if (first == null) {
            return null;
        }
        bytes -= first.packet().datagram().remaining();
        return first.packet();
    }

    /** For which there was no room, since it was asked last. */
    synchronized long takeMissed() {
        long taken = missed;
        missed = 0;
        return taken;
    }

    /** Nobody wants any more. */
    synchronized void close() {
        closed = true;
        waiting.clear();
        bytes = 0;
        noteFirst();
    }
}
