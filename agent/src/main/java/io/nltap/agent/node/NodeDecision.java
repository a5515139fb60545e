// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import io.nltap.agent.session.OrderReading;
import io.nltap.agent.session.SessionOrder;
import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.RedactionMode;

/** What the agent does next about one NodeCapture. */
sealed interface NodeDecision {

    /** It is another node's, or all has been done. */
    record Nothing() implements NodeDecision {}

    record Start(SessionOrder order) implements NodeDecision {}

    /** The session that runs has to know of a new order. */
    record Change(SessionOrder order) implements NodeDecision {}

    /** The session that runs has to end, as the NodeCapture is to be deleted. */
    record End() implements NodeDecision {}

    /** An earlier agent has begun it and is gone: bring what it left in the spool to the store. */
    record Recover() implements NodeDecision {}

    /** There is nothing to be done any more before it has begun. */
    record Skip(EndedBy endedBy) implements NodeDecision {}

    record Refuse(String why) implements NodeDecision {}

    record Wait(String message) implements NodeDecision {}

    /** The answer is final, but the finalizer is still there. */
    record Release() implements NodeDecision {}

    /**
     * What the agent has to do with it at present.
     *
     * @param session whether one runs, or has ended and its last status is on its way
     * @param leftovers whether the spool holds segments of it that belong to no running session
     * @param sessions how many run
     * @param maxSessions how many may
     * @param allowUnredacted whether an order may leave key material in what is captured
     */
    record Situation(boolean session, boolean leftovers, int sessions, int maxSessions, boolean allowUnredacted) {}

    static NodeDecision of(String node, NodeCaptureView capture, Situation situation) {
        if (!capture.node().map(node::equals).orElse(true)) {
            return new Nothing();
        }
        if (situation.session()) {
            return ofRunning(capture);
        }
        NodePhase phase = capture.status().phase();
        if (situation.leftovers() || phase == NodePhase.CAPTURING || phase == NodePhase.UPLOADING) {
            return new Recover();
        }
        if (phase.isFinal()) {
            return capture.promised() ? new Release() : new Nothing();
        }
        return ofPending(capture, situation);
    }

    private static NodeDecision ofRunning(NodeCaptureView capture) {
        if (capture.deleting()) {
            return new End();
        }
        // An order that has become unreadable changes nothing: what was understood before goes on.
        return capture.order() instanceof OrderReading.Understood understood
                ? new Change(understood.order())
                : new Nothing();
    }

    private static NodeDecision ofPending(NodeCaptureView capture, Situation situation) {
        if (capture.deleting()) {
            return new Skip(EndedBy.DELETED);
        }
        if (capture.order() instanceof OrderReading.Invalid invalid) {
            return new Refuse(invalid.why());
        }
        SessionOrder order = ((OrderReading.Understood) capture.order()).order();
        if (order.stop()) {
            return new Skip(EndedBy.STOP);
        }
        if (order.redaction() == RedactionMode.NONE && !situation.allowUnredacted()) {
            return new Refuse("redaction: None is not allowed on this node. Capture with redaction: Keys, or have an"
                    + " administrator of the cluster set allowUnredacted in the values of nltap's chart");
        }
        if (situation.sessions() >= situation.maxSessions()) {
            return new Wait(
                    "This node carries out %d captures already, which is as many as it may at once; this one waits"
                            .formatted(situation.sessions()));
        }
        return new Start(order);
    }
}
