// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.frame.Reason;
import io.nltap.agent.metrics.AgentCounter;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out one order, from looking for its pods to the last segment in the store, on a thread of its own. A session
 * that ends without having opened a tap leaves nothing behind.
 */
public final class Session implements RunningSession {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    private final NodeCaptureRef ref;
    private final SessionStages stages;
    private final SessionListener listener;
    private final SessionTaps taps;
    private final Wakeup wakeup = new Wakeup();
    private final Thread thread;

    private final AtomicReference<@Nullable SessionEnd> asked = new AtomicReference<>();
    private final AtomicReference<@Nullable SessionEnd> captureEnded = new AtomicReference<>();
    private volatile SessionOrder order;
    private volatile boolean leaving;

    // Only of the session's thread.
    private Optional<Recording> recording = Optional.empty();
    private Optional<SessionEnd> end = Optional.empty();
    private Optional<Instant> endTime = Optional.empty();
    private boolean cleaned;
    private @Nullable NodeCaptureStatus published;

    private Session(SessionOrder order, SessionStages stages, SessionListener listener) {
        this.ref = order.ref();
        this.order = order;
        this.stages = stages;
        this.listener = listener;
        this.taps = new SessionTaps(ref, stages);
        this.thread = new Thread(this::run, "session-" + ref.name());
        this.thread.setDaemon(true);
    }

    public static Session start(SessionOrder order, SessionStages stages, SessionListener listener) {
        Session session = new Session(order, stages, listener);
        stages.counters().increment(AgentCounter.SESSIONS_STARTED);
        LOG.atInfo()
                .addKeyValue("capture", order.ref())
                .addKeyValue("pods", order.targets().size())
                .addKeyValue("duration", order.duration())
                .log("session started");
        session.thread.start();
        return session;
    }

    @Override
    public NodeCaptureRef ref() {
        return ref;
    }

    @Override
    public void change(SessionOrder changed) {
        boolean news = !changed.equals(order);
        order = changed;
        if (changed.stop()) {
            ask(SessionEnd.asAsked(EndedBy.STOP));
        } else if (news) {
            wakeup.call();
        }
    }

    @Override
    public void delete() {
        ask(SessionEnd.asAsked(EndedBy.DELETED));
    }

    @Override
    public void stop() {
        ask(SessionEnd.agentStopped());
    }

    @Override
    public void leave() {
        leaving = true;
        wakeup.call();
    }

    private void ask(SessionEnd why) {
        if (asked.compareAndSet(null, why)) {
            taps.callBack(thread);
            wakeup.call();
        }
    }

    private void run() {
        SessionEnd reason;
        try {
            reason = pursue();
        } catch (InterruptedException e) {
            reason = SessionEnd.agentStopped();
        } catch (RuntimeException e) {
            reason = fault(e);
        }
        try {
            finish(reason);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            listener.left(ref, status());
        } catch (RuntimeException e) {
            end = Optional.of(fault(e));
            listener.left(ref, status());
        }
    }

    private SessionEnd fault(RuntimeException e) {
        LOG.atError().setCause(e).addKeyValue("capture", ref).log("session failed");
        return SessionEnd.error(
                Reason.INTERNAL_ERROR, "The agent failed while it captured: %s. Its log has the details.".formatted(e));
    }

    /** Keeps the taps in line with the order, until something ends the capture. */
    private SessionEnd pursue() throws InterruptedException {
        while (true) {
            Optional<SessionEnd> ended = ended();
            if (ended.isPresent()) {
                return ended.get();
            }
            Optional<SessionEnd> impossible = adjust();
            if (impossible.isPresent()) {
                return impossible.get();
            }
            publish();
            wakeup.await(LOOK_INTERVAL);
        }
    }

    private Optional<SessionEnd> ended() {
        return Optional.ofNullable(captureEnded.get()).or(() -> Optional.ofNullable(asked.get()));
    }

    private Optional<SessionEnd> adjust() throws InterruptedException {
        Optional<SessionEnd> impossible = taps.adjust(order, this::record);
        return ended().or(() -> impossible);
    }

    private Recording record() throws CaptureException {
        if (recording.isEmpty()) {
            recording = Optional.of(Recording.start(order, stages, new Ears(), wakeup::call));
        }
        return recording.get();
    }

    private void finish(SessionEnd reason) throws InterruptedException {
        if (taps.startTime().isEmpty() && reason.endedBy() == EndedBy.AGENT_STOPPED) {
            dropRecording();
            listener.left(ref, status()); // the next agent will begin it
            return;
        }
        SessionEnd ended = endCapture(reason);
        end = Optional.of(ended);
        endTime = Optional.of(stages.clock().instant());
        taps.closeAll(live().live());
        end = Optional.of(seal(ended));
        cleaned = true;
        LOG.atInfo()
                .addKeyValue("capture", ref)
                .addKeyValue("endedBy", ended.endedBy())
                .addKeyValue("frames", live().total().frames())
                .addKeyValue("messages", live().total().messages())
                .addKeyValue("dropped", live().total().dropped())
                .log("capture ended");
        count(live().total());
        publish();
        if (!uploadRest()) {
            listener.left(ref, status());
            return;
        }
        dropRecording();
        LOG.atInfo().addKeyValue("capture", ref).log("session settled");
        listener.settled(ref, status());
    }

    private SessionEnd endCapture(SessionEnd reason) throws InterruptedException {
        if (recording.isEmpty()) {
            return reason;
        }
        recording.get().thread().end(reason);
        SessionEnd ended = captureEnded.get();
        while (ended == null) {
            wakeup.await(LOOK_INTERVAL);
            ended = captureEnded.get();
        }
        return ended;
    }

    private SessionEnd seal(SessionEnd ended) throws InterruptedException {
        if (recording.isEmpty()) {
            return ended;
        }
        Optional<SessionEnd> failure = recording.get().seal();
        return ended.problem().isPresent() ? ended : failure.orElse(ended);
    }

    /** @return false when the agent had to leave before everything was uploaded */
    private boolean uploadRest() throws InterruptedException {
        while (!uploads().isSettled()) {
            if (leaving) {
                recording.ifPresent(it -> it.uploads().stop());
                return false;
            }
            wakeup.await(LOOK_INTERVAL);
            publish();
        }
        return true;
    }

    private void dropRecording() {
        recording.ifPresent(it -> {
            it.uploads().stop();
            try {
                if (uploads().refused().isEmpty()) {
                    it.spool().finish();
                } else {
                    stages.refused().keep(it.spool());
                }
            } catch (IOException e) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("capture", ref)
                        .addKeyValue("directory", it.spool().directory())
                        .log("spool could not be emptied");
            }
        });
    }

    private void count(Counters total) {
        stages.counters().add(AgentCounter.FRAMES_WRITTEN, total.frames());
        stages.counters().add(AgentCounter.FRAMES_DROPPED_BY_RING, total.dropped());
        stages.counters().add(AgentCounter.FRAMES_DROPPED_BY_LIMITS, total.droppedByLimits());
    }

    private void publish() {
        NodeCaptureStatus status = status();
        if (!status.equals(published)) {
            published = status;
            listener.changed(ref, status);
        }
    }

    private NodeCaptureStatus status() {
        CaptureThread.Report report = live();
        return StatusSheet.of(new SessionFacts(
                order.generation(),
                taps.startTime(),
                end,
                endTime,
                cleaned,
                taps.engine(),
                taps.module(),
                taps.attribution(),
                report.total(),
                taps.statuses(cleaned ? Map.of() : report.live()),
                taps.waiting(),
                recording.map(it -> it.spool().segments()).orElse(List.of()),
                recording.map(it -> it.analysis().progress()).orElse(AnalysisProgress.NONE),
                recording.map(it -> it.spool().files().stored()).orElse(List.of()),
                uploads()));
    }

    private CaptureThread.Report live() {
        return recording.map(it -> it.thread().report()).orElse(CaptureThread.NOTHING);
    }

    private UploadProgress uploads() {
        return recording.map(it -> it.uploads().progress()).orElse(UploadProgress.NONE);
    }

    /** What the capture thread says. */
    private final class Ears implements CaptureThread.Listener {
        @Override
        public void lost(long netns, TapCounters counted, String why) {
            taps.lost(netns, counted, why);
            wakeup.call();
        }

        @Override
        public void ended(SessionEnd why) {
            captureEnded.set(why);
            taps.callBack(thread);
            wakeup.call();
        }
    }
}
