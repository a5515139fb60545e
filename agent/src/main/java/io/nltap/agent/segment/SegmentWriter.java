// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.segment;

import io.nltap.agent.frame.ClosedSegment;
import io.nltap.agent.frame.DiskSpace;
import io.nltap.agent.frame.Frame;
import io.nltap.netlink.message.NetlinkReader;
import io.nltap.netlink.pcapng.EnhancedPacket;
import io.nltap.netlink.pcapng.InterfaceDescription;
import io.nltap.netlink.pcapng.PacketOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the frames of one session into segments. Used by one thread; only {@link #failure} may be asked by others. A segment begins with its first frame, so there are no empty ones.
 *
 * <p>The first failure is the last: the open segment is closed with all frames that fit, and from then on each frame is
 * counted as lost. Whoever captures looks at {@link #failure} and ends the capture.
 */
public final class SegmentWriter implements AutoCloseable {
    /** Room for the longest frame beyond what is written at once; each page of it costs at the start. */
    private static final int BUFFER_BYTES = 512 << 10;

    /** What a killed agent may lose of a quiet capture. */
    private static final long FLUSH_AFTER_MILLIS = 1000;

    /** A disk with less room than this is taken to be full when it refuses a write. */
    private static final long DISK_FULL_BYTES = 1 << 20;

    private final SegmentPlan plan;
    private final DiskSpace space;
    private final Clock clock;
    private final Executor sealer;
    private final Consumer<ClosedSegment> closed;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());
    private final List<SegmentInterface> interfaces = new ArrayList<>();
    private final AtomicReference<@Nullable SegmentFailure> failure = new AtomicReference<>();
    private final AtomicLong unsealed = new AtomicLong();

    private @Nullable OpenSegment open;
    private int nextNumber;
    private long openedMillis;
    private long flushedMillis;
    private long framesBefore;
    private long messagesBefore;
    private long bytesBefore;
    private long lost;
    private boolean isClosed;

    /**
     * @param sealer runs what waits for the disk at the end of a segment (fsync), so that the writing thread need not
     * @param closed told of each segment once it has its final name, on the sealer's thread
     */
    public SegmentWriter(
            SegmentPlan plan, DiskSpace space, Clock clock, Executor sealer, Consumer<ClosedSegment> closed) {
        this.plan = plan;
        this.space = space;
        this.clock = clock;
        this.sealer = sealer;
        this.closed = closed;
        this.nextNumber = plan.firstNumber();
    }

    /**
     * Adds a network namespace, to the segment that is open and to each one after it until it is removed.
     *
     * @param dropped frames that its source could not deliver since it was opened; asked by the writing thread
     */
    public SegmentInterface add(InterfaceDescription description, LongSupplier dropped) {
        SegmentInterface added = new SegmentInterface(description, dropped, nowNanos());
        interfaces.add(added);
        OpenSegment segment = open;
        if (segment != null) {
            try {
                if (!segment.add(added)) {
                    spoolFull(segment);
                }
            } catch (IOException e) {
                writeFailed(segment, e);
            }
        }
        return added;
    }

    /** No more frames will come from it. Its source must still be open, for it is asked for its drops once more. */
    public void remove(SegmentInterface from) {
        from.remove(nowNanos());
        if (open == null) {
            interfaces.remove(from);
        }
    }

    /** A frame that was read from the interface and is not to be written; counted in its statistics. */
    public void pass(SegmentInterface from) {
        from.deliver();
    }

    /**
     * Copies a frame into the open segment. Makes no object, except when a segment begins or ends.
     *
     * @param options in the machine's byte order
     * @return false when it could not be written; then it was counted as lost, and {@link #failure} says why
     */
    public boolean append(SegmentInterface from, Frame frame, PacketOptions options) {
        from.deliver();
        if (isClosed || failure.get() != null) {
            return lose();
        }
        int captured = Math.min(frame.capturedLength(), EnhancedPacket.MAX_CAPTURED);
        int length = EnhancedPacket.length(captured, options);
        if (open != null && open.frames() > 0 && open.sizeWhenClosed() + length > plan.maxBytes()) {
            finish(open, "");
        }
        OpenSegment segment = open != null ? open : begin();
        if (segment == null || failure.get() != null) {
            return lose();
        }
        if (!segment.reserve(length)) {
            spoolFull(segment);
            return lose();
        }
        int messagesInFrame = NetlinkReader.count(
                frame.buffer(), frame.offset(), captured, frame.originalLength(), ByteOrder.nativeOrder());
        try {
            segment.put(from, frame, captured, length, messagesInFrame, options);
        } catch (IOException e) {
            writeFailed(segment, e);
            return lose();
        }
        from.remember(messagesInFrame, length);
        return true;
    }

    /**
     * Does what time asks for: closes the segment when its interval is over, and writes out what waits in the buffer. To
     * be called about once a second; costs nothing when there is nothing to do.
     */
    public void tick() {
        OpenSegment segment = open;
        if (segment == null) {
            return;
        }
        long now = clock.millis();
        if (isOver(openedMillis, plan.interval().toMillis(), now)) {
            rotate();
        } else if (segment.hasUnwritten() && isOver(flushedMillis, FLUSH_AFTER_MILLIS, now)) {
            flushedMillis = now;
            try {
                segment.flush();
            } catch (IOException e) {
                writeFailed(segment, e);
            }
        }
    }

    /** Closes the open segment, if there is one; the next frame begins another. */
    public void rotate() {
        if (open != null) {
            finish(open, "");
        }
    }

    /** Closes the open segment. What the sealer still has to do is not waited for. */
    @Override
    public void close() {
        isClosed = true;
        rotate();
    }

    /** Why nothing more can be written; empty as long as it can. */
    public Optional<SegmentFailure> failure() {
        return Optional.ofNullable(failure.get());
    }

    /** Frames in segments, the open one included. */
    public long frames() {
        OpenSegment segment = open;
        return framesBefore + (segment == null ? 0 : segment.frames()) - unsealed.get();
    }

    /** Messages in those frames. */
    public long messages() {
        OpenSegment segment = open;
        return messagesBefore + (segment == null ? 0 : segment.messages());
    }

    /** Bytes of all segments, the open one included, before any compression. */
    public long bytes() {
        OpenSegment segment = open;
        return bytesBefore + (segment == null ? 0 : segment.size());
    }

    /**
     * Bytes that all segments would have if one more frame were appended and the last of them then closed; a little more
     * than they will have, never less. For the writing thread.
     *
     * @param capturedLength bytes of that frame's datagram
     * @param options of that frame
     */
    public long bytesWith(int capturedLength, PacketOptions options) {
        int length = EnhancedPacket.length(capturedLength, options);
        OpenSegment segment = open;
        if (segment == null) {
            return bytesBefore + emptySegmentBytes() + length;
        }
        boolean isNext = segment.frames() > 0 && segment.sizeWhenClosed() + length > plan.maxBytes();
        return bytesBefore + segment.sizeWhenClosed() + (isNext ? emptySegmentBytes() : 0) + length;
    }

    private long emptySegmentBytes() {
        long bytes = plan.section().length();
        for (SegmentInterface each : interfaces) {
            bytes += OpenSegment.roomFor(each);
        }
        return bytes;
    }

    /** Frames that were handed over and are in no segment. */
    public long lost() {
        return lost + unsealed.get();
    }

    private @Nullable OpenSegment begin() {
        Path whole = plan.directory().resolve(ClosedSegment.fileName(nextNumber));
        OpenSegment segment;
        try {
            segment = new OpenSegment(nextNumber, SegmentFile.create(whole), buffer, space);
        } catch (IOException e) {
            fail(reasonOf(e), "cannot create " + whole + ".part: " + e.getMessage());
            return null;
        }
        nextNumber++;
        open = segment;
        openedMillis = clock.millis();
        flushedMillis = openedMillis;
        try {
            boolean fits = segment.reserve(plan.section().length());
            if (fits) {
                segment.put(plan.section());
            }
            for (SegmentInterface each : interfaces) {
                fits = fits && segment.add(each);
            }
            if (!fits) {
                spoolFull(segment);
            }
        } catch (IOException e) {
            writeFailed(segment, e);
        }
        return open;
    }

    private void spoolFull(OpenSegment segment) {
        fail(
                SegmentFailure.Reason.SPOOL_FULL,
                "the captures of this node together may not keep more bytes on its disk than they do; segment %s ends"
                                .formatted(segment.file().part())
                        + " here. Capture less, or for a shorter time, or give the agent's spool more room");
        finish(segment, "frames after this were lost: spool full");
    }

    private void writeFailed(OpenSegment segment, IOException e) {
        SegmentFailure.Reason reason = reasonOf(e);
        fail(
                reason,
                "cannot write %s: %s. Frames that were not written are lost; free space on the node's disk, or repair it"
                        .formatted(segment.file().part(), e.getMessage()));
        if (salvage(segment)) {
            finish(segment, "frames were lost: " + e.getMessage());
        }
    }

    /** @return false when the file cannot even be cut: it stays as it is until the agent's next start repairs it */
    private boolean salvage(OpenSegment segment) {
        try {
            lost += segment.salvage();
            return true;
        } catch (IOException e) {
            fail(
                    SegmentFailure.Reason.DISK_ERROR,
                    "cannot cut " + segment.file().part() + ": " + e.getMessage());
            lost += segment.frames();
            end(segment, 0);
            return false;
        }
    }

    private void finish(OpenSegment segment, String comment) {
        long now = nowNanos();
        try {
            segment.putStatistics(now, comment);
        } catch (IOException e) {
            fail(reasonOf(e), "cannot write " + segment.file().part() + ": " + e.getMessage());
            if (!salvage(segment) || !putStatisticsAgain(segment, now, "frames were lost: " + e.getMessage())) {
                return;
            }
        }
        if (segment.frames() == 0) {
            discard(segment);
        } else {
            segment.settle();
            end(segment, segment.frames());
            sealer.execute(() -> seal(segment));
        }
    }

    /** What was cut off may have made just enough room; if not, the file is whole without statistics, too. */
    private boolean putStatisticsAgain(OpenSegment segment, long nowNanos, String comment) {
        try {
            segment.putStatistics(nowNanos, comment);
            return true;
        } catch (IOException e) {
            return salvage(segment);
        }
    }

    private void discard(OpenSegment segment) {
        try {
            segment.discard();
        } catch (IOException e) {
            fail(
                    SegmentFailure.Reason.DISK_ERROR,
                    "cannot delete " + segment.file().part() + ": " + e.getMessage());
        }
        end(segment, 0);
    }

    private void end(OpenSegment segment, long framesKept) {
        open = null;
        if (framesKept > 0) {
            framesBefore += framesKept;
            messagesBefore += segment.messages();
            bytesBefore += segment.size();
        }
        buffer.clear();
        segment.releaseInterfaces(nowNanos());
        interfaces.removeIf(SegmentInterface::isRemoved);
    }

    private void seal(OpenSegment segment) {
        try {
            segment.file().seal();
        } catch (IOException e) {
            fail(reasonOf(e), "cannot close " + segment.file().part() + ": " + e.getMessage());
            unsealed.addAndGet(segment.frames());
            return;
        }
        closed.accept(segment.summary());
    }

    private boolean lose() {
        lost++;
        return false;
    }

    private void fail(SegmentFailure.Reason reason, String message) {
        failure.compareAndSet(null, new SegmentFailure(reason, message));
    }

    /** Java tells errno only in words, in the machine's language; so the disk itself is asked, too. */
    private SegmentFailure.Reason reasonOf(IOException e) {
        String message = String.valueOf(e.getMessage());
        boolean saysFull = message.contains("No space left on device") // ENOSPC
                || message.contains("Disk quota exceeded") // EDQUOT
                || message.contains("File too large"); // EFBIG: RLIMIT_FSIZE, or the file system's own limit
        return saysFull || usableBytes() < DISK_FULL_BYTES
                ? SegmentFailure.Reason.DISK_FULL
                : SegmentFailure.Reason.DISK_ERROR;
    }

    private long usableBytes() {
        try {
            return Files.getFileStore(plan.directory()).getUsableSpace();
        } catch (IOException e) {
            return Long.MAX_VALUE; // cannot say, so not known to be full
        }
    }

    private static boolean isOver(long sinceMillis, long afterMillis, long nowMillis) {
        return nowMillis - sinceMillis >= afterMillis || nowMillis < sinceMillis; // the clock was set back
    }

    private long nowNanos() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
