// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.frame.Reason;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.TargetStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes a session's facts as the status that users and the operator read. Decides the phase; remembers nothing. */
public final class StatusSheet {
    private static final String WAITING_FOR_PODS = "WaitingForPods";
    private static final String OPENING =
            "Looks for the pods and opens their first tap. That takes long where the node is"
                    + " short of processor time, or where somebody holds the kernel's rtnl lock.";
    private static final String WAITING_FOR_SESSION = "TooManySessions";
    private static final String UPLOAD_DELAYED = "UploadDelayed";

    private StatusSheet() {}

    /** What is said beside the phase. */
    private record Remark(String reason, String message) {}

    static NodeCaptureStatus of(SessionFacts facts) {
        NodePhase phase = phase(facts);
        Optional<Remark> remark = remark(phase, facts);
        return new NodeCaptureStatus(
                facts.generation(),
                phase,
                remark.map(Remark::reason).orElse(null),
                remark.map(Remark::message).orElse(null),
                facts.startTime().map(StatusSheet::time).orElse(null),
                facts.endTime().map(StatusSheet::time).orElse(null),
                facts.end().map(SessionEnd::endedBy).orElse(null),
                facts.engine().orElse(null),
                facts.module().orElse(null),
                facts.attribution().orElse(null),
                facts.counters(),
                facts.targets(),
                facts.segments(),
                facts.analysis().counts(),
                facts.analysis().findings(),
                facts.artifacts());
    }

    /** The answer to an order that is never begun. */
    public static NodeCaptureStatus notBegun(long generation, EndedBy endedBy, Instant now) {
        return new NodeCaptureStatus(
                generation,
                NodePhase.DONE,
                null,
                null,
                null,
                time(now),
                endedBy,
                null,
                null,
                null,
                Counters.ZERO,
                List.of(),
                List.of());
    }

    /** The answer to an order that cannot be carried out. */
    public static NodeCaptureStatus refused(long generation, Reason reason, String why, Instant now) {
        return new NodeCaptureStatus(
                generation,
                NodePhase.FAILED,
                reason.word(),
                why,
                null,
                time(now),
                EndedBy.ERROR,
                null,
                null,
                null,
                Counters.ZERO,
                List.of(),
                List.of());
    }

    /** The answer to an order that has to wait until others have ended. */
    public static NodeCaptureStatus queued(long generation, String why) {
        return pending(generation, WAITING_FOR_SESSION, why);
    }

    /** The first answer to an order that is being begun: until the first tap is open nothing else can be said. */
    public static NodeCaptureStatus opening(long generation) {
        return pending(generation, Api.OPENING_TAPS, OPENING);
    }

    private static NodeCaptureStatus pending(long generation, String reason, String why) {
        return new NodeCaptureStatus(
                generation,
                NodePhase.PENDING,
                reason,
                why,
                null,
                null,
                null,
                null,
                null,
                null,
                Counters.ZERO,
                List.of(),
                List.of());
    }

    private static NodePhase phase(SessionFacts facts) {
        if (facts.end().isEmpty()) {
            return facts.startTime().isPresent() ? NodePhase.CAPTURING : NodePhase.PENDING;
        }
        if (!facts.cleaned()) {
            return facts.startTime().isPresent() ? NodePhase.CAPTURING : NodePhase.PENDING;
        }
        if (!facts.uploads().isSettled()) {
            return NodePhase.UPLOADING;
        }
        boolean asAsked = facts.end().get().endedBy().asAsked()
                && facts.end().get().problem().isEmpty();
        return asAsked && facts.uploads().refused().isEmpty() ? NodePhase.DONE : NodePhase.FAILED;
    }

    private static Optional<Remark> remark(NodePhase phase, SessionFacts facts) {
        Optional<Remark> problem = facts.end()
                .flatMap(SessionEnd::problem)
                .map(it -> new Remark(it.reason().word(), it.message()));
        if (problem.isPresent()) {
            return problem;
        }
        if (!facts.uploads().refused().isEmpty()) {
            return Optional.of(new Remark(
                    Reason.UPLOAD_REFUSED.word(), refusals(facts.uploads().refused())));
        }
        if (phase == NodePhase.PENDING && !facts.waiting().isEmpty()) {
            return Optional.of(new Remark(WAITING_FOR_PODS, waiting(facts.waiting())));
        }
        Optional<String> failedTap = facts.targets().stream()
                .filter(target -> target.state() == TargetStatus.State.FAILED && target.message() != null)
                .map(TargetStatus::message)
                .findFirst();
        if (phase == NodePhase.PENDING && failedTap.isPresent()) {
            return Optional.of(new Remark(Reason.NO_USABLE_TARGET.word(), failedTap.get()));
        }
        return facts.uploads().delay().map(why -> new Remark(UPLOAD_DELAYED, why));
    }

    private static String refusals(Map<String, String> refused) {
        Map.Entry<String, String> first = refused.entrySet().iterator().next();
        String others = refused.size() == 1 ? "" : " So it is with %d more files.".formatted(refused.size() - 1);
        return "%s is not in the store and will not be: %s.%s It is kept on the node for a day."
                .formatted(first.getKey(), first.getValue(), others);
    }

    private static String waiting(List<String> pods) {
        String others = pods.size() == 1 ? "" : " and of %d more".formatted(pods.size() - 1);
        return "Waits for a process of pod %s%s on this node.".formatted(pods.get(0), others);
    }

    static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
