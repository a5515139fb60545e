// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.metrics.AgentCounter;
import io.nltap.agent.spool.SpoolSession;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.Segment;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finishes a session that an earlier agent had begun: what the spool holds of it is brought to the store. */
public final class Recovery implements RunningSession {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    private final Subject subject;
    private final Optional<SpoolSession> spool;
    private final Optional<SegmentUploads> uploads;
    private final SessionStages stages;
    private final SessionListener listener;
    private final Instant began;
    private final Wakeup wakeup = new Wakeup();
    private volatile boolean leaving;
    private AnalysisProgress analysis; // only of the recovery's thread

    /**
     * What is recovered.
     *
     * @param before the last status that the earlier agent wrote
     * @param until when to give up if the gateway neither takes nor refuses the segments
     */
    public record Subject(NodeCaptureRef ref, long generation, NodeCaptureStatus before, Instant until) {

        /** A NodeCapture that is still there: then it is never given up. */
        public static Subject of(NodeCaptureRef ref, long generation, NodeCaptureStatus before) {
            return new Subject(ref, generation, before, Instant.MAX);
        }

        /** A session whose NodeCapture is gone. */
        public static Subject orphan(NodeCaptureRef ref, Instant now) {
            return new Subject(ref, 0, NodeCaptureStatus.PENDING, now.plus(RefusedSegments.KEPT));
        }
    }

    private Recovery(Subject subject, Optional<SpoolSession> spool, SessionStages stages, SessionListener listener) {
        this.subject = subject;
        this.spool = spool;
        this.stages = stages;
        this.listener = listener;
        this.began = stages.clock().instant();
        this.analysis = RecoveredAnalysis.before(subject.before());
        this.uploads = spool.map(it -> new SegmentUploads(
                "upload-" + subject.ref().name(),
                it,
                URI.create(it.order().gateway()),
                stages.uploader(),
                stages.counters(),
                wakeup::call));
    }

    /** @param spool what the spool holds of it; empty when that is nothing */
    public static Recovery start(
            Subject subject, Optional<SpoolSession> spool, SessionStages stages, SessionListener listener) {
        Recovery recovery = new Recovery(subject, spool, stages, listener);
        stages.counters().increment(AgentCounter.SESSIONS_RECOVERED);
        LOG.atInfo()
                .addKeyValue("capture", subject.ref())
                .addKeyValue("phase", subject.before().phase())
                .addKeyValue("packed", spool.map(it -> it.segments().size()).orElse(0))
                .addKeyValue("unpacked", spool.map(it -> it.unpacked().size()).orElse(0))
                .log("recovering what an earlier agent left");
        Thread thread = new Thread(recovery::run, "recovery-" + subject.ref().name());
        thread.setDaemon(true);
        thread.start();
        return recovery;
    }

    @Override
    public NodeCaptureRef ref() {
        return subject.ref();
    }

    /** Its capture has ended, so there is nothing in an order that could change it. */
    @Override
    public void change(SessionOrder order) {}

    /** Uploading is all it does, and that is done before a NodeCapture goes. */
    @Override
    public void delete() {}

    /** It goes on as long as it may. */
    @Override
    public void stop() {}

    @Override
    public void leave() {
        leaving = true;
        wakeup.call();
    }

    private void run() {
        try {
            uploads.ifPresent(this::begin);
            while (!progress().isSettled()) {
                listener.changed(subject.ref(), status());
                if (leaving) {
                    uploads.ifPresent(SegmentUploads::stop);
                    listener.left(subject.ref(), status());
                    return;
                }
                if (stages.clock().instant().isAfter(subject.until())) {
                    break;
                }
                wakeup.await(LOOK_INTERVAL);
            }
            NodeCaptureStatus last = status();
            tidy();
            LOG.atInfo().addKeyValue("capture", subject.ref()).log("recovered");
            listener.settled(subject.ref(), last);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            listener.left(subject.ref(), status());
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("capture", subject.ref()).log("recovery failed");
            listener.left(subject.ref(), status());
        }
    }

    private void begin(SegmentUploads started) {
        SpoolSession session = spool.orElseThrow();
        started.start();
        List<Segment> packed = session.segments();
        session.unpacked().forEach(started::pack);
        packed.stream()
                .filter(segment -> !segment.stored())
                .map(Sending.OfSegment::new)
                .forEach(started::add);
        analysis = RecoveredAnalysis.of(session, subject.before());
        session.files().waiting().stream().map(Sending.OfFile::new).forEach(started::add);
        stages.counters()
                .add(AgentCounter.SEGMENTS_RECOVERED, session.segments().size());
        started.complete();
    }

    private void tidy() {
        uploads.ifPresent(SegmentUploads::stop);
        spool.ifPresent(session -> {
            try {
                if (session.segments().stream().allMatch(Segment::stored)
                        && session.files().waiting().isEmpty()
                        && progress().refused().isEmpty()) {
                    session.finish();
                } else {
                    stages.refused().keep(session);
                }
            } catch (IOException e) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("directory", session.directory())
                        .log("spool could not be emptied");
            }
        });
    }

    private UploadProgress progress() {
        return uploads.map(SegmentUploads::progress).orElse(UploadProgress.NONE);
    }

    private NodeCaptureStatus status() {
        return StatusSheet.of(RecoveredStatus.facts(
                subject.before(),
                subject.generation(),
                spool.map(SpoolSession::segments).orElse(List.of()),
                analysis,
                spool.map(it -> it.files().stored()).orElse(List.of()),
                progress(),
                began));
    }
}
