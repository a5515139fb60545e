// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.frame.Frame;
import io.nltap.agent.frame.FrameSink;
import io.nltap.agent.frame.FrameSource;
import io.nltap.agent.frame.SourceLostException;
import io.nltap.agent.segment.SegmentInterface;
import io.nltap.agent.segment.SegmentWriter;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.netlink.message.NetlinkReader;
import io.nltap.netlink.pcapng.InterfaceDescription;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings the frames of a session's taps into its segments, until a limit is reached or nothing can be written any more.
 * After that it still empties the taps, and counts what it finds there. Used by one thread; never waits.
 */
final class Recorder {
    private final SegmentWriter writer;
    private final LimitGuard limits;
    private final Map<Long, Source> sources = new LinkedHashMap<>();

    private @Nullable SessionEnd end;
    private long droppedBefore;
    private long notWritten;

    Recorder(SegmentWriter writer, LimitGuard limits) {
        this.writer = writer;
        this.limits = limits;
    }

    /** @param source belongs to the caller, and must be open until it is removed */
    void add(long netns, FrameSource source, InterfaceDescription description) {
        sources.put(netns, new Source(source, writer.add(description, source::dropped)));
    }

    /** @return how many frames there were */
    int drain(long netns) throws SourceLostException {
        Source source = sources.get(netns);
        return source == null ? 0 : source.frames.drain(source);
    }

    /** Takes what the tap still holds, and no more. */
    void drainLast(long netns) throws SourceLostException {
        Source source = sources.get(netns);
        if (source != null) {
            source.frames.drainLast(source);
        }
    }

    /** The source is about to be closed. @return what was counted there */
    Counters remove(long netns) {
        Source source = sources.remove(netns);
        if (source == null) {
            return Counters.ZERO;
        }
        writer.remove(source.written);
        Counters counters = source.counters();
        droppedBefore += counters.dropped();
        return counters;
    }

    /** To be called about once a second. */
    void tick() {
        writer.tick();
        endByFailure();
    }

    /** Closes the last segment. What the disk still has to do for it may yet fail: {@link #failure} tells. */
    void close() {
        writer.close();
        endByFailure();
    }

    /** Why not everything that counts as written is in segments; may be asked by any thread. */
    Optional<SessionEnd> failure() {
        return writer.failure().map(SessionEnd::of);
    }

    /** What ended the capture, if anything has. */
    Optional<SessionEnd> end() {
        return Optional.ofNullable(end);
    }

    /** Of each namespace that is still tapped. */
    Map<Long, Counters> live() {
        Map<Long, Counters> live = new LinkedHashMap<>();
        sources.forEach((netns, source) -> live.put(netns, source.counters()));
        return live;
    }

    /** Of the whole session. */
    Counters total() {
        long dropped = droppedBefore;
        for (Source source : sources.values()) {
            dropped += source.frames.dropped();
        }
        return new Counters(writer.frames(), writer.messages(), writer.bytes(), dropped, notWritten + writer.lost());
    }

    private void write(SegmentInterface to, Frame frame) {
        if (end != null) {
            notWritten++;
        } else if (!limits.allowsBytes(writer.bytesWith(frame.capturedLength()))) {
            end = SessionEnd.asAsked(EndedBy.BYTES);
            notWritten++;
        } else if (limits.countsMessages() && !limits.allowsMessages(writer.messages() + messagesIn(frame))) {
            end = SessionEnd.asAsked(EndedBy.MESSAGES);
            notWritten++;
        } else if (!writer.append(to, frame)) {
            endByFailure();
        } else if (limits.isReached(writer.messages())) {
            end = SessionEnd.asAsked(EndedBy.MESSAGES);
        }
    }

    private static int messagesIn(Frame frame) {
        return NetlinkReader.count(
                frame.buffer(),
                frame.offset(),
                frame.capturedLength(),
                frame.originalLength(),
                ByteOrder.nativeOrder());
    }

    private void endByFailure() {
        if (end == null) {
            end = writer.failure().map(SessionEnd::of).orElse(null);
        }
    }

    /** One tap. */
    private final class Source implements FrameSink {
        private final FrameSource frames;
        private final SegmentInterface written;
        private long read;

        Source(FrameSource frames, SegmentInterface written) {
            this.frames = frames;
            this.written = written;
        }

        @Override
        public void accept(Frame frame) {
            read++;
            write(written, frame);
        }

        Counters counters() {
            return new Counters(
                    written.frames(), written.messages(), written.bytes(), frames.dropped(), read - written.frames());
        }
    }
}
