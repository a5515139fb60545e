// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.frame.Frame;
import io.nltap.agent.frame.FrameSink;
import io.nltap.agent.frame.SourceLostException;
import io.nltap.agent.redaction.Redaction;
import io.nltap.agent.scope.Scope;
import io.nltap.agent.scope.Subject;
import io.nltap.agent.segment.FrameOptions;
import io.nltap.agent.segment.SegmentInterface;
import io.nltap.agent.segment.SegmentWriter;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.netlink.message.NetlinkReader;
import io.nltap.netlink.pcapng.InterfaceDescription;
import io.nltap.netlink.pcapng.PacketOptions;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings the frames of a session's taps into its segments, as far as they are in scope, until a limit is reached or nothing
 * can be written any more. After that it still empties the taps, and counts what it finds there. Used by one thread; never
 * waits.
 */
final class Recorder {
    private final SegmentWriter writer;
    private final LimitGuard limits;
    private final FrameOptions options = new FrameOptions();
    private final AuthorCounts authors;
    private final Redaction redaction;
    private final Map<Long, RecordedTap> taps = new LinkedHashMap<>();

    private final RecordedTap.Output output = new RecordedTap.Output() {
        @Override
        public boolean write(SegmentInterface to, Frame frame, PacketOptions options) {
            return Recorder.this.write(to, frame, options);
        }

        @Override
        public void pass(SegmentInterface of) {
            writer.pass(of);
        }

        @Override
        public long frames() {
            return writer.frames();
        }
    };

    private @Nullable SessionEnd end;
    private Counters before = Counters.ZERO;

    /**
     * @param authors counts whose frames are written
     * @param redaction of all that is written
     */
    Recorder(SegmentWriter writer, LimitGuard limits, AuthorCounts authors, Redaction redaction) {
        this.redaction = redaction;
        this.writer = writer;
        this.limits = limits;
        this.authors = authors;
    }

    /** @param feed must work until the namespace is removed */
    void add(long netns, TapFeed feed, Scope scope, List<Subject> subjects, InterfaceDescription description) {
        add(netns, feed, scope, subjects, description, Overhearing.NOBODY);
    }

    /** As {@link #add(long, TapFeed, Scope, List, InterfaceDescription)}, in a namespace in which this process listens. */
    void add(
            long netns,
            TapFeed feed,
            Scope scope,
            List<Subject> subjects,
            InterfaceDescription description,
            Overhearing overhearing) {
        RecordedTap tap = new RecordedTap(
                feed,
                scope,
                writer.add(description, feed.source()::dropped),
                output,
                options,
                authors,
                redaction,
                overhearing);
        tap.setSubjects(subjects);
        taps.put(netns, tap);
        feed.attributor().setCrowded(this::isCrowded);
    }

    /** One thread drains all taps: what is held back in one holds up the others. */
    private boolean isCrowded() {
        for (RecordedTap tap : taps.values()) {
            if (tap.source().isCrowded()) {
                return true;
            }
        }
        return false;
    }

    /** From the next frame on. */
    void setSubjects(long netns, List<Subject> subjects) {
        RecordedTap tap = taps.get(netns);
        if (tap != null) {
            tap.setSubjects(subjects);
        }
    }

    /** @return how many frames there were */
    int drain(long netns) throws SourceLostException {
        RecordedTap tap = taps.get(netns);
        return tap == null ? 0 : tap.source().drain(tap);
    }

    /** Where the frames of a tap go. */
    FrameSink sink(long netns) {
        return Objects.requireNonNull(taps.get(netns));
    }

    /** Takes what the tap still holds, and no more. */
    void drainLast(long netns) throws SourceLostException {
        RecordedTap tap = taps.get(netns);
        if (tap != null) {
            tap.source().drainLast(tap);
        }
    }

    /** The source is about to be closed. @return what was counted there */
    TapCounters remove(long netns) {
        RecordedTap tap = taps.remove(netns);
        if (tap == null) {
            return TapCounters.ZERO;
        }
        writer.remove(tap.written());
        TapCounters counters = tap.counters();
        before = before.plus(counters.all());
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
    Map<Long, TapCounters> live() {
        Map<Long, TapCounters> live = new LinkedHashMap<>();
        taps.forEach((netns, tap) -> live.put(netns, tap.counters()));
        return live;
    }

    /** Of the whole session. */
    Counters total() {
        Counters total = before;
        for (RecordedTap tap : taps.values()) {
            total = total.plus(tap.counters().all());
        }
        long frames = writer.frames();
        long notWritten = total.frames() - frames + total.droppedByLimits();
        return new Counters(
                total.received(),
                frames,
                writer.messages(),
                writer.bytes(),
                total.outOfScope(),
                total.filtered(),
                total.duplicates(),
                notWritten,
                total.dropped(),
                total.unattributed());
    }

    AuthorCounts.Snapshot authors() {
        return authors.snapshot();
    }

    /** @return whether it was written */
    private boolean write(SegmentInterface to, Frame frame, PacketOptions said) {
        if (end != null) {
            writer.pass(to);
            return false;
        }
        if (!limits.allowsBytes(writer.bytesWith(frame.capturedLength(), said))) {
            return endInsteadOf(to, EndedBy.BYTES);
        }
        if (limits.countsMessages() && !limits.allowsMessages(writer.messages() + messagesIn(frame))) {
            return endInsteadOf(to, EndedBy.MESSAGES);
        }
        boolean written = writer.append(to, frame, said);
        if (!written) {
            endByFailure();
        } else if (limits.isReached(writer.messages())) {
            end = SessionEnd.asAsked(EndedBy.MESSAGES);
        }
        return written;
    }

    private boolean endInsteadOf(SegmentInterface to, EndedBy limit) {
        end = SessionEnd.asAsked(limit);
        writer.pass(to);
        return false;
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
}
