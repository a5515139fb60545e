// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import io.nltap.agent.frame.Reason;
import io.nltap.agent.metrics.AgentCounter;
import io.nltap.agent.node.NodeDecision.Situation;
import io.nltap.agent.session.NodeCaptureRef;
import io.nltap.agent.session.Recovery;
import io.nltap.agent.session.RunningSession;
import io.nltap.agent.session.Session;
import io.nltap.agent.session.SessionListener;
import io.nltap.agent.session.SessionStages;
import io.nltap.agent.session.StatusSheet;
import io.nltap.agent.spool.SpoolSession;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the sessions of one node: compares the NodeCaptures that are there with the sessions that run, again and again,
 * and acts on the difference. It never looks at which event came.
 */
final class NodeAgent {
    private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);

    /** A session has three threads and at least one ring. */
    static final int MAX_SESSIONS = 16;

    private static final Duration TIDY_INTERVAL = Duration.ofMinutes(1);
    private static final Duration LEAVING = Duration.ofSeconds(2);

    /** The NodeCaptures of this node, as the watch knows them. */
    interface Captures {
        /** Empty until the watch has seen all of them once. */
        Optional<List<NodeCaptureView>> current();
    }

    private final String node;
    private final Captures captures;
    private final StatusWriter statuses;
    private final SessionStages stages;
    private final boolean allowUnredacted;
    private final Map<String, SpoolSession> leftovers;
    private final Map<String, RunningSession> running = new HashMap<>();
    private final Set<String> finished = new HashSet<>();
    private boolean called;
    private boolean stopping;

    /**
     * @param leftovers what earlier agents left in the spool
     * @param allowUnredacted whether an order may leave key material in what is captured
     */
    NodeAgent(
            String node,
            Captures captures,
            StatusWriter statuses,
            SessionStages stages,
            List<SpoolSession> leftovers,
            boolean allowUnredacted) {
        this.node = node;
        this.captures = captures;
        this.statuses = statuses;
        this.stages = stages;
        this.allowUnredacted = allowUnredacted;
        this.leftovers = leftovers.stream()
                .collect(Collectors.toMap(
                        session -> session.order().uid(), session -> session, (a, b) -> a, HashMap::new));
    }

    /** Something may have changed. */
    synchronized void call() {
        called = true;
        notifyAll();
    }

    /** Runs until {@link #shutdown}. */
    void run() throws InterruptedException {
        while (awaitCall()) {
            try {
                reconcile();
                stages.refused().expire();
            } catch (RuntimeException e) { // a fault in one answer must not end the sessions of all the others
                LOG.atError().setCause(e).log("could not bring the sessions in line with the node captures");
            }
        }
    }

    private synchronized boolean awaitCall() throws InterruptedException {
        long deadline = System.nanoTime() + TIDY_INTERVAL.toNanos();
        for (long left = TIDY_INTERVAL.toNanos();
                !called && !stopping && left > 0;
                left = deadline - System.nanoTime()) {
            wait(left / 1_000_000 + 1);
        }
        called = false;
        return !stopping;
    }

    /**
     * Ends all sessions, and goes on uploading for a while.
     *
     * @param grace how long
     */
    void shutdown(Duration grace) throws InterruptedException {
        List<RunningSession> sessions;
        synchronized (this) {
            stopping = true;
            notifyAll();
            sessions = List.copyOf(running.values());
        }
        LOG.atInfo().addKeyValue("sessions", sessions.size()).log("agent ends");
        sessions.forEach(RunningSession::stop);
        if (!awaitSessions(grace)) {
            sessions.forEach(RunningSession::leave);
            if (!awaitSessions(LEAVING)) {
                LOG.atWarn().log("not all sessions could end in time; the next agent will clean up after them");
            }
        }
    }

    private synchronized boolean awaitSessions(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!running.isEmpty()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000 + 1);
        }
        return true;
    }

    private synchronized void reconcile() {
        Optional<List<NodeCaptureView>> current = captures.current();
        if (current.isEmpty() || stopping) {
            return;
        }
        Set<String> present = new HashSet<>();
        for (NodeCaptureView capture : current.get()) {
            present.add(capture.ref().uid());
            act(capture, decide(capture));
        }
        running.forEach((uid, session) -> {
            if (!present.contains(uid)) {
                session.delete();
                statuses.forget(session.ref());
            }
        });
        finished.retainAll(present);
        for (String uid : Set.copyOf(leftovers.keySet())) {
            if (!present.contains(uid)) {
                adopt(uid);
            }
        }
    }

    private NodeDecision decide(NodeCaptureView capture) {
        String uid = capture.ref().uid();
        boolean session = running.containsKey(uid) || finished.contains(uid);
        return NodeDecision.of(
                node,
                capture,
                new Situation(session, leftovers.containsKey(uid), running.size(), MAX_SESSIONS, allowUnredacted));
    }

    private void act(NodeCaptureView capture, NodeDecision decision) {
        NodeCaptureRef ref = capture.ref();
        if (decision instanceof NodeDecision.Start start) {
            // Only the first answer: the operator counts from when the order was made, and others may have come since.
            if (capture.status().observedGeneration() == 0) {
                statuses.write(ref, StatusSheet.opening(capture.generation()));
            }
            running.put(ref.uid(), Session.start(start.order(), stages, new Answers()));
        } else if (decision instanceof NodeDecision.Change change) {
            session(ref).ifPresent(session -> session.change(change.order()));
        } else if (decision instanceof NodeDecision.End) {
            session(ref).ifPresent(RunningSession::delete);
        } else if (decision instanceof NodeDecision.Recover) {
            recover(capture);
        } else if (decision instanceof NodeDecision.Skip skip) {
            finished.add(ref.uid());
            statuses.finish(
                    ref,
                    StatusSheet.notBegun(
                            capture.generation(), skip.endedBy(), stages.clock().instant()));
        } else if (decision instanceof NodeDecision.Refuse refuse) {
            refuse(capture, refuse.why());
        } else if (decision instanceof NodeDecision.Wait wait) {
            statuses.write(ref, StatusSheet.queued(capture.generation(), wait.message()));
        } else if (decision instanceof NodeDecision.Release) {
            finished.add(ref.uid());
            statuses.release(ref);
        }
    }

    private Optional<RunningSession> session(NodeCaptureRef ref) {
        return Optional.ofNullable(running.get(ref.uid()));
    }

    private void refuse(NodeCaptureView capture, String why) {
        stages.counters().increment(AgentCounter.SESSIONS_REFUSED);
        LOG.atWarn()
                .addKeyValue("capture", capture.ref())
                .addKeyValue("why", why)
                .log("order refused");
        finished.add(capture.ref().uid());
        statuses.finish(
                capture.ref(),
                StatusSheet.refused(
                        capture.generation(),
                        Reason.INVALID_ORDER,
                        why,
                        stages.clock().instant()));
    }

    private void recover(NodeCaptureView capture) {
        NodePhase phase = capture.status().phase();
        // The answer to a finished order has been given; only what the spool still holds has to go.
        boolean answered = phase == NodePhase.DONE || phase == NodePhase.FAILED;
        SessionListener listener = answered ? new Released() : new Answers();
        NodeCaptureRef ref = capture.ref();
        running.put(
                ref.uid(),
                Recovery.start(
                        Recovery.Subject.of(ref, capture.generation(), capture.status()),
                        Optional.ofNullable(leftovers.remove(ref.uid())),
                        stages,
                        listener));
    }

    /** The NodeCapture is gone, its segments are not. */
    private void adopt(String uid) {
        Optional.ofNullable(leftovers.remove(uid)).ifPresent(spool -> {
            NodeCaptureRef ref =
                    new NodeCaptureRef(spool.order().namespace(), spool.order().name(), uid);
            Recovery.Subject orphan =
                    Recovery.Subject.orphan(ref, stages.clock().instant());
            running.put(uid, Recovery.start(orphan, Optional.of(spool), stages, new Unheard()));
        });
    }

    private synchronized void ended(NodeCaptureRef ref) {
        running.remove(ref.uid());
        finished.add(ref.uid());
        called = true;
        notifyAll();
    }

    /** Tells the API server everything. */
    private final class Answers implements SessionListener {
        @Override
        public void changed(NodeCaptureRef ref, NodeCaptureStatus status) {
            statuses.write(ref, status);
        }

        @Override
        public void settled(NodeCaptureRef ref, NodeCaptureStatus status) {
            statuses.finish(ref, status);
            ended(ref);
        }

        @Override
        public void left(NodeCaptureRef ref, NodeCaptureStatus status) {
            statuses.write(ref, status);
            ended(ref);
        }
    }

    /** Tells the API server only that the node is clean. */
    private final class Released implements SessionListener {
        @Override
        public void changed(NodeCaptureRef ref, NodeCaptureStatus status) {}

        @Override
        public void settled(NodeCaptureRef ref, NodeCaptureStatus status) {
            statuses.release(ref);
            ended(ref);
        }

        @Override
        public void left(NodeCaptureRef ref, NodeCaptureStatus status) {
            ended(ref);
        }
    }

    /** There is nobody to be told. */
    private final class Unheard implements SessionListener {
        @Override
        public void changed(NodeCaptureRef ref, NodeCaptureStatus status) {}

        @Override
        public void settled(NodeCaptureRef ref, NodeCaptureStatus status) {
            ended(ref);
        }

        @Override
        public void left(NodeCaptureRef ref, NodeCaptureStatus status) {
            ended(ref);
        }
    }
}
