// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.segment;

import io.nltap.agent.frame.ClosedSegment;
import io.nltap.agent.frame.DiskSpace;
import io.nltap.agent.frame.Frame;
import io.nltap.netlink.message.NetlinkReader;
import io.nltap.netlink.pcapng.Block;
import io.nltap.netlink.pcapng.BlockCursor;
import io.nltap.netlink.pcapng.EnhancedPacket;
import io.nltap.netlink.pcapng.PacketOptions;
import io.nltap.netlink.pcapng.RawPacket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The segment being written: its file, what is still in the buffer, and its share of the disk. Room for the statistics at
 * the end is reserved as soon as an interface is described, so that a full spool cannot keep a segment from being closed.
 */
final class OpenSegment {
    /** Statistics with a comment of up to {@value #MAX_COMMENT} characters, in any language. */
    private static final int STATISTICS_ROOM = 256;

    private static final int MAX_COMMENT = 48; // up to three bytes each

    /** Asking for a little more than needed saves asking for each frame. */
    private static final long RESERVE_STEP = 64 * 1024;

    /** Written when so much has been put in: a system call for each 100,000 bytes costs more than what leaves the cache. */
    private static final int WRITTEN_AT_ONCE = 384 * 1024;

    private final int number;
    private final SegmentFile file;
    private final ByteBuffer buffer;
    private final DiskSpace space;
    private final List<SegmentInterface> interfaces = new ArrayList<>();

    private long reserved;
    private long frames;
    private long messages;
    private final TimeSpan times = new TimeSpan();
    private final TimeSpan timesInFile = new TimeSpan();

    /** @param buffer empty, direct, in host byte order; lent until the segment is closed */
    OpenSegment(int number, SegmentFile file, ByteBuffer buffer, DiskSpace space) {
        this.number = number;
        this.file = file;
        this.buffer = buffer;
        this.space = space;
    }

    SegmentFile file() {
        return file;
    }

    long frames() {
        return frames;
    }

    long messages() {
        return messages;
    }

    /** Bytes put in so far, written or not. */
    long size() {
        return file.length() + buffer.position();
    }

    boolean hasUnwritten() {
        return buffer.position() > 0;
    }

    /** Bytes the file will have if nothing more is put in. */
    long sizeWhenClosed() {
        return size() + (long) interfaces.size() * STATISTICS_ROOM;
    }

    /** @return false when the spool has no room for so many more bytes */
    boolean reserve(long more) {
        long missing = sizeWhenClosed() + more - reserved;
        if (missing <= 0) {
            return true;
        }
        long ask = Math.max(missing, RESERVE_STEP);
        if (!space.reserve(ask)) {
            ask = missing;
            if (!space.reserve(ask)) {
                return false;
            }
        }
        reserved += ask;
        return true;
    }

    /** Room must have been reserved. */
    void put(Block block) throws IOException {
        makeRoom(block.length());
        block.putInto(buffer);
    }

    /** Bytes that its description and statistics take at most. */
    static long roomFor(SegmentInterface described) {
        return (long) described.description().length() + STATISTICS_ROOM;
    }

    /** @return false when the spool has no room for its description and statistics */
    boolean add(SegmentInterface added) throws IOException {
        if (!reserve(roomFor(added))) {
            return false;
        }
        put(added.description());
        added.enterSegment(interfaces.size());
        interfaces.add(added);
        return true;
    }

    /** Room must have been reserved. */
    void put(
            SegmentInterface from,
            Frame frame,
            int captured,
            int blockLength,
            int messagesInFrame,
            PacketOptions options)
            throws IOException {
        makeRoom(blockLength);
        long time = frame.timestampNanos();
        EnhancedPacket.put(
                buffer,
                from.id(),
                time,
                frame.packetType(),
                frame.protocol(),
                frame.originalLength(),
                frame.buffer(),
                frame.offset(),
                captured,
                options);
        frames++;
        messages += messagesInFrame;
        times.include(time);
    }

    private void makeRoom(int length) throws IOException {
        if (buffer.remaining() < length || buffer.position() >= WRITTEN_AT_ONCE) {
            flush();
        }
    }

    /** After an exception nothing but {@link #salvage} makes sense. */
    void flush() throws IOException {
        buffer.flip();
        file.write(buffer);
        buffer.clear();
        timesInFile.copy(times);
    }

    /**
     * After a failed {@link #flush}: keeps the blocks that the disk took whole, and cuts off the rest.
     *
     * @return how many frames were in the rest
     */
    long salvage() throws IOException {
        long taken = file.writtenBeyondLength();
        buffer.position(0);
        BlockCursor block = new BlockCursor(buffer);
        long whole = 0;
        Loss loss = new Loss();
        while (block.next()) {
            boolean isKept = block.end() <= taken;
            int length = block.end() - block.start();
            if (isKept) {
                whole = block.end();
            }
            block.packet().ifPresent(packet -> {
                if (isKept) {
                    timesInFile.include(packet.timestamp());
                } else {
                    loss.add(packet, length, buffer, interfaces.get(packet.interfaceId()));
                }
            });
        }
        file.cut(file.length() + whole);
        buffer.clear();
        times.copy(timesInFile);
        frames -= loss.frames;
        messages -= loss.messages;
        return loss.frames;
    }

    /** Puts in the blocks that end the file, and lets go of the interfaces. */
    void putStatistics(long nowNanos, String comment) throws IOException {
        for (SegmentInterface each : interfaces) {
            put(each.statistics(nowNanos, comment.substring(0, Math.min(comment.length(), MAX_COMMENT))));
        }
        flush();
    }

    void releaseInterfaces(long nowNanos) {
        for (SegmentInterface each : interfaces) {
            each.leaveSegment(nowNanos);
        }
    }

    /** Gives back the room that the file did not need. */
    void settle() {
        space.release(reserved - file.length());
        reserved = file.length();
    }

    /** It holds nothing worth keeping. */
    void discard() throws IOException {
        file.delete();
        space.release(reserved);
        reserved = 0;
    }

    ClosedSegment summary() {
        return new ClosedSegment(number, frames, messages, file.length(), times.first, times.last);
    }

    /** Frames that were put into a segment and did not reach the disk. */
    private static final class Loss {
        private long frames;
        private long messages;

        private void add(RawPacket packet, int blockLength, ByteBuffer blocks, SegmentInterface from) {
            int messagesInFrame = NetlinkReader.count(
                    blocks,
                    packet.datagramOffset(),
                    packet.datagramCaptured(),
                    (int) packet.datagramOriginal(),
                    blocks.order());
            frames++;
            messages += messagesInFrame;
            from.forget(messagesInFrame, blockLength);
        }
    }

    /** Frames of several rings do not come in the order of their times. */
    private static final class TimeSpan {
        private long first = Long.MAX_VALUE;
        private long last = Long.MIN_VALUE;

        private void include(long time) {
            first = Math.min(first, time);
            last = Math.max(last, time);
        }

        private void copy(TimeSpan other) {
            first = other.first;
            last = other.last;
        }
    }
}
