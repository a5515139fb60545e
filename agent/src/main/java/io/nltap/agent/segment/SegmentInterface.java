// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.segment;

import io.nltap.netlink.pcapng.InterfaceDescription;
import io.nltap.netlink.pcapng.InterfaceStatistics;
import java.util.function.LongSupplier;

/**
 * One network namespace in the segments of one session; made by {@link SegmentWriter#add}. The counts are of frames that
 * were written. Used by the thread that writes.
 */
public final class SegmentInterface {
    private final InterfaceDescription description;
    private final LongSupplier dropped;

    private long frames;
    private long messages;
    private long bytes;

    private int id;
    private boolean isRemoved;

    // Of the open segment; between two segments they already run for the next.
    private long startNanos;
    private long endNanos;
    private long delivered;
    private long droppedBefore;
    private long droppedInAll;

    SegmentInterface(InterfaceDescription description, LongSupplier dropped, long nowNanos) {
        this.description = description;
        this.dropped = dropped;
        this.droppedBefore = dropped.getAsLong();
        this.startNanos = nowNanos;
    }

    public InterfaceDescription description() {
        return description;
    }

    public long frames() {
        return frames;
    }

    public long messages() {
        return messages;
    }

    /** Of capture file, so with the blocks' headers and padding. */
    public long bytes() {
        return bytes;
    }

    int id() {
        return id;
    }

    boolean isRemoved() {
        return isRemoved;
    }

    void deliver() {
        delivered++;
    }

    void remember(int messagesInFrame, int blockLength) {
        frames++;
        messages += messagesInFrame;
        bytes += blockLength;
    }

    void forget(int messagesInFrame, int blockLength) {
        frames--;
        messages -= messagesInFrame;
        bytes -= blockLength;
    }

    void enterSegment(int newId) {
        id = newId;
    }

    InterfaceStatistics statistics(long nowNanos, String comment) {
        readDropped(nowNanos);
        return InterfaceStatistics.counted(
                id, startNanos, endNanos, delivered, Math.max(0, droppedInAll - droppedBefore), comment);
    }

    void leaveSegment(long nowNanos) {
        readDropped(nowNanos);
        startNanos = endNanos;
        delivered = 0;
        droppedBefore = droppedInAll;
    }

    /** The source of its frames is about to be closed: this is the last moment to ask it. */
    void remove(long nowNanos) {
        readDropped(nowNanos);
        isRemoved = true;
    }

    private void readDropped(long nowNanos) {
        if (!isRemoved) {
            droppedInAll = dropped.getAsLong();
            endNanos = nowNanos;
        }
    }
}
