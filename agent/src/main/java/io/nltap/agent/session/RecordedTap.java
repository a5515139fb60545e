// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.frame.Attribution;
import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.Direction;
import io.nltap.agent.frame.Frame;
import io.nltap.agent.frame.FrameSink;
import io.nltap.agent.frame.FrameSource;
import io.nltap.agent.frame.FrameTag;
import io.nltap.agent.redaction.Redaction;
import io.nltap.agent.scope.Scope;
import io.nltap.agent.scope.Subject;
import io.nltap.agent.scope.Verdict;
import io.nltap.agent.segment.FrameOptions;
import io.nltap.agent.segment.SegmentInterface;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.netlink.pcapng.PacketDirection;
import io.nltap.netlink.pcapng.PacketOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One tap of a session on its way into the segments: asks for each frame whose it is and whether it is in scope, and counts
 * what became of it. Makes no object for a frame. Used by one thread.
 */
final class RecordedTap implements FrameSink {

    /** Where frames go that are in scope. */
    interface Output {
        /** @return whether it was written */
        boolean write(SegmentInterface to, Frame frame, PacketOptions options);

        /** Takes note of a frame that is not to be written. */
        void pass(SegmentInterface of);

        /** That have been written, of all taps. */
        long frames();
    }

    private final TapFeed feed;
    private final Scope scope;
    private final SegmentInterface written;
    private final Output output;
    private final FrameOptions options;
    private final AuthorCounts authors;
    private final Redaction redaction;
    private final Overhearing overhearing;

    private final FrameTag tag = new FrameTag();
    private final Map<String, SubjectTally> tallies = new LinkedHashMap<>();
    private final LeftOutSockets leftOut = new LeftOutSockets();
    private SubjectTally[] current = {};

    private long received;
    private long outOfScope;
    private long filtered;
    private long duplicates;
    private long unattributed;

    /**
     * @param written where its frames are written to
     * @param overhearing takes what is only there because this process listens
     */
    RecordedTap(
            TapFeed feed,
            Scope scope,
            SegmentInterface written,
            Output output,
            FrameOptions options,
            AuthorCounts authors,
            Redaction redaction,
            Overhearing overhearing) {
        this.feed = feed;
        this.scope = scope;
        this.written = written;
        this.output = output;
        this.options = options;
        this.authors = authors;
        this.redaction = redaction;
        this.overhearing = overhearing;
    }

    FrameSource source() {
        return feed.source();
    }

    SegmentInterface written() {
        return written;
    }

    void setSubjects(List<Subject> subjects) {
        for (SubjectTally tally : current) {
            tally.pause(received, unattributed, feed.source().dropped());
        }
        current = new SubjectTally[subjects.size()];
        for (int i = 0; i < current.length; i++) {
            current[i] = tallies.computeIfAbsent(subjects.get(i).name(), name -> new SubjectTally());
            current[i].resume(received, unattributed, feed.source().dropped());
        }
        scope.setSubjects(subjects);
    }

    @Override
    public void beginBatch() {
        feed.attributor().beginBatch();
    }

    @Override
    public void accept(Frame frame) {
        received++;
        boolean tagged = feed.tags().find(frame, tag);
        Attribution attribution = feed.attributor().attribute(frame, tag, tagged);
        if (attribution.author() instanceof Author.Unknown) {
            unattributed++;
        }
        Verdict verdict = scope.judge(frame, tag, tagged, attribution);
        if (verdict == Verdict.KEEP) {
            keep(frame, tagged, attribution);
            return;
        }
        output.pass(written);
        if (verdict == Verdict.OVERHEARD) {
            outOfScope++;
            redaction.redact(frame);
            overhearing.accept(frame, attribution, tag.group(), output.frames());
        } else if (verdict == Verdict.OUT_OF_SCOPE) {
            outOfScope++;
            if (attribution.author() instanceof Author.Unknown) {
                leftOut.count(frame, tag, tagged, attribution.role());
            }
        } else if (verdict == Verdict.FILTERED) {
            filtered++;
            for (int i = 0; i < current.length; i++) {
                current[i].filtered += scope.isOf(i) ? 1 : 0;
            }
        } else {
            duplicates++;
            for (int i = 0; i < current.length; i++) {
                current[i].duplicates += scope.isOf(i) ? 1 : 0;
            }
        }
    }

    private void keep(Frame frame, boolean tagged, Attribution attribution) {
        redaction.redact(frame);
        long messagesBefore = written.messages();
        long bytesBefore = written.bytes();
        PacketOptions said =
                options.of(attribution, tagged ? tag.group() : 0, port(tagged, attribution), direction(tagged));
        boolean isWritten = output.write(written, frame, said);
        long messages = written.messages() - messagesBefore;
        if (isWritten) {
            authors.count(attribution, messages);
        }
        for (int i = 0; i < current.length; i++) {
            if (scope.isOf(i)) {
                current[i].kept(isWritten, messages, written.bytes() - bytesBefore);
            }
        }
    }

    /** Of the socket that sent it, as far as that is said of a frame. */
    private long port(boolean tagged, Attribution attribution) {
        return tagged && attribution.role() == Attribution.Role.SENT ? tag.portId() : 0;
    }

    private PacketDirection direction(boolean tagged) {
        if (!tagged || tag.direction() == Direction.UNKNOWN) {
            return PacketDirection.UNKNOWN;
        }
        return tag.direction() == Direction.TO_KERNEL ? PacketDirection.OUTBOUND : PacketDirection.INBOUND;
    }

    TapCounters counters() {
        long dropped = feed.source().dropped();
        long frames = written.frames();
        Counters all = new Counters(
                received,
                frames,
                written.messages(),
                written.bytes(),
                outOfScope,
                filtered,
                duplicates,
                received - frames - outOfScope - filtered - duplicates,
                dropped,
                unattributed);
        Map<String, Counters> subjects = new LinkedHashMap<>();
        boolean alone = tallies.size() == 1;
        for (Map.Entry<String, SubjectTally> each : tallies.entrySet()) {
            // What the disk did not take in the end is only known for the whole namespace.
            subjects.put(each.getKey(), alone ? all : each.getValue().counters(received, unattributed, dropped));
        }
        return new TapCounters(all, subjects, leftOut.counted());
    }
}
