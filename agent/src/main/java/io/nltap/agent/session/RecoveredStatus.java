// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.frame.Reason;
import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.Segment;
import io.nltap.api.v1alpha1.TargetStatus;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What can be said of a session that an earlier agent left: from its last status, and from what the spool holds. */
final class RecoveredStatus {
    private RecoveredStatus() {}

    /**
     * @param before the last status that the earlier agent wrote
     * @param inSpool segments that were found in the spool, those that are in the store already included
     * @param analysis what is known of it
     * @param stored files in the store that are no segments, as far as the spool knows
     * @param now when the recovery began
     */
    static SessionFacts facts(
            NodeCaptureStatus before,
            long generation,
            List<Segment> inSpool,
            AnalysisProgress analysis,
            List<Artifact> stored,
            UploadProgress uploads,
            Instant now) {
        Map<Integer, Segment> segments = new TreeMap<>();
        before.segments().forEach(segment -> segments.put(segment.number(), segment));
        inSpool.forEach(segment -> segments.put(segment.number(), segment));
        List<Segment> all = List.copyOf(segments.values());
        return new SessionFacts(
                generation,
                time(before.startTime()),
                Optional.of(end(before, all)),
                Optional.of(time(before.endTime()).orElse(now)),
                true,
                Optional.ofNullable(before.engine()),
                Optional.ofNullable(before.module()),
                Optional.ofNullable(before.attribution()),
                counters(before.counters(), all),
                before.targets().stream().map(RecoveredStatus::ended).toList(),
                List.of(),
                all,
                analysis,
                artifacts(before, stored),
                withMissing(uploads, all, inSpool));
    }

    private static List<Artifact> artifacts(NodeCaptureStatus before, List<Artifact> stored) {
        Map<String, Artifact> artifacts = new TreeMap<>();
        before.artifacts().forEach(each -> artifacts.put(each.key(), each));
        stored.forEach(each -> artifacts.put(each.key(), each));
        return List.copyOf(artifacts.values());
    }

    private static SessionEnd end(NodeCaptureStatus before, List<Segment> segments) {
        EndedBy endedBy = before.endedBy();
        if (before.phase() != NodePhase.UPLOADING || endedBy == null) {
            return restarted(segments);
        }
        if (endedBy.asAsked()) {
            return SessionEnd.asAsked(endedBy);
        }
        Reason reason = Optional.ofNullable(before.reason()).flatMap(Reason::of).orElse(Reason.INTERNAL_ERROR);
        String message = Objects.requireNonNullElse(before.message(), "The earlier agent did not say why.");
        return new SessionEnd(endedBy, Optional.of(new SessionEnd.Problem(reason, message)));
    }

    private static SessionEnd restarted(List<Segment> segments) {
        String reach = segments.stream()
                .map(Segment::lastTime)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .map(last -> "What it had captured is kept and reaches until " + last)
                .orElse("Nothing that it may have captured is left");
        return new SessionEnd(
                EndedBy.AGENT_RESTARTED,
                Optional.of(new SessionEnd.Problem(
                        Reason.AGENT_RESTARTED,
                        "The agent of this node died during the capture and was started again. %s. Create a new capture"
                                        .formatted(reach)
                                + " for the rest.")));
    }

    /** The last status may be older than the last segment. How many bytes a packed segment had is not known any more. */
    private static Counters counters(Counters before, List<Segment> segments) {
        long frames = Math.max(
                before.frames(), segments.stream().mapToLong(Segment::frames).sum());
        long messages = Math.max(
                before.messages(),
                segments.stream().mapToLong(Segment::messages).sum());
        return new Counters(
                before.received() + frames - before.frames(),
                frames,
                messages,
                before.bytes(),
                before.outOfScope(),
                before.filtered(),
                before.duplicates(),
                before.droppedByLimits(),
                before.dropped(),
                before.unattributed());
    }

    private static TargetStatus ended(TargetStatus target) {
        return target.state() == TargetStatus.State.CAPTURING
                ? new TargetStatus(
                        target.podUid(),
                        target.podName(),
                        TargetStatus.State.ENDED,
                        target.message(),
                        target.netns(),
                        target.since(),
                        target.counters())
                : target;
    }

    /** A segment that is neither in the store nor in the spool is lost, and that has to be said. */
    private static UploadProgress withMissing(UploadProgress uploads, List<Segment> all, List<Segment> inSpool) {
        Map<String, String> refused = new TreeMap<>(uploads.refused());
        List<Integer> found = inSpool.stream().map(Segment::number).toList();
        all.stream()
                .filter(segment -> !segment.stored() && !found.contains(segment.number()))
                .forEach(segment -> refused.putIfAbsent(
                        Sending.OfSegment.name(segment.number()), "it is not on the node's disk any more"));
        return new UploadProgress(uploads.waiting(), refused, uploads.delay());
    }

    private static Optional<Instant> time(@Nullable String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
