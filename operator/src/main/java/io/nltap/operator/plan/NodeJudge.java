// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.plan;

import io.nltap.api.v1alpha1.Amounts;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides when a node that does not answer is given up, so that nothing waits for it for ever. Uploads alone may last:
 * an agent that has ended its capture keeps trying until the store takes everything.
 */
public final class NodeJudge {
    private static final String MEANING =
            "; what it still holds is unknown, and its agent cleans up when it comes back";

    private final PlanSettings settings;

    public NodeJudge(PlanSettings settings) {
        this.settings = settings;
    }

    public NodeVerdict judge(NodeCapture order, NodePresence node, Instant now) {
        if (!order.getMetadata().getFinalizers().contains(Api.AGENT_FINALIZER)) {
            return new NodeVerdict.Wait(Optional.empty());
        }
        Optional<Patience> shortest = patience(order, node).stream().min(Comparator.comparing(Patience::endsAt));
        if (shortest.isPresent() && !now.isBefore(shortest.get().endsAt())) {
            return new NodeVerdict.GiveUp("node %s %s%s"
                    .formatted(order.getSpec().nodeName(), shortest.get().failing(), MEANING));
        }
        return new NodeVerdict.Wait(shortest.map(Patience::endsAt));
    }

    private List<Patience> patience(NodeCapture order, NodePresence node) {
        List<Patience> all = new ArrayList<>();
        ofPresence(node).ifPresent(all::add);
        Times.parse(order.getMetadata().getDeletionTimestamp())
                .map(deleted -> patience(
                        deleted,
                        settings.nodeTimeout(),
                        "has not cleaned up within %s after the" + " capture was deleted"))
                .ifPresent(all::add);
        NodeCaptureStatus status = order.getStatus() == null ? NodeCaptureStatus.PENDING : order.getStatus();
        if (status.phase() == NodePhase.PENDING || status.phase() == NodePhase.CAPTURING) {
            ofFirstAnswer(order, status).ifPresent(all::add);
            ofFirstTap(order, status).ifPresent(all::add);
            ofStop(order).ifPresent(all::add);
            ofEnd(order, status).ifPresent(all::add);
        }
        return all;
    }

    private Optional<Patience> ofPresence(NodePresence node) {
        if (node instanceof NodePresence.Absent absent) {
            return Optional.of(patience(
                    absent.since(), settings.nodeTimeout(), "has been gone from the cluster for more than %s"));
        }
        if (node instanceof NodePresence.NotReady notReady) {
            return Optional.of(
                    patience(notReady.since(), settings.nodeTimeout(), "has not been ready for more than %s"));
        }
        return Optional.empty();
    }

    private Optional<Patience> ofFirstAnswer(NodeCapture order, NodeCaptureStatus status) {
        if (status.phase() != NodePhase.PENDING || status.observedGeneration() > 0) {
            return Optional.empty();
        }
        return Times.parse(order.getMetadata().getCreationTimestamp())
                .map(created -> patience(
                        created,
                        settings.agentStartTimeout(),
                        "has no agent that answered within %s; see the agent's pod there"));
    }

    /** An agent that is at work has as long again: the kernel may keep it waiting, but not for ever. */
    private Optional<Patience> ofFirstTap(NodeCapture order, NodeCaptureStatus status) {
        if (!Api.OPENING_TAPS.equals(status.reason())) {
            return Optional.empty();
        }
        return Times.parse(order.getMetadata().getCreationTimestamp())
                .map(created -> patience(
                        created,
                        settings.agentStartTimeout().multipliedBy(2),
                        "has an agent that has not opened a tap within %s; see its log there, and who holds the"
                                + " kernel's rtnl lock"));
    }

    private Optional<Patience> ofStop(NodeCapture order) {
        String at = order.getMetadata().getAnnotations() == null
                ? null
                : order.getMetadata().getAnnotations().get(CapturePlanner.STOP_ORDERED_AT);
        return Times.parse(at)
                .filter(stopped -> order.getSpec().stop())
                .map(stopped ->
                        patience(stopped, settings.nodeTimeout(), "has not stopped within %s after it was told to"));
    }

    private Optional<Patience> ofEnd(NodeCapture order, NodeCaptureStatus status) {
        if (status.phase() != NodePhase.CAPTURING) {
            return Optional.empty();
        }
        Duration duration = Amounts.duration(order.getSpec().limits().duration());
        return Times.parse(status.startTime())
                .map(started -> patience(
                        started.plus(duration),
                        settings.nodeTimeout(),
                        "has not ended its capture within %s after the end of limits.duration"));
    }

    private static Patience patience(Instant since, Duration timeout, String failing) {
        return new Patience(since.plus(timeout), failing.formatted(words(timeout)));
    }

    /** {@code PT2M30S} → {@code 2m30s}. */
    private static String words(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    private record Patience(Instant endsAt, String failing) {}
}
