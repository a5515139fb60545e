// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.plan;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.nltap.api.v1alpha1.Amounts;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.api.v1alpha1.Limits;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NetlinkCaptureSpec;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.api.v1alpha1.NodeCaptureSpec;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.NodeSummary;
import io.nltap.operator.target.ResolvedTargets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Decides which orders the nodes of a capture should have.
 *
 * <p>The first node that begins opens the window of the capture, as long as {@code limits.duration}; a node that gets
 * its first target later captures for what is left of it. A node has one order for the whole capture: when its
 * targets leave, the order stays without targets until the window closes.
 */
public final class CapturePlanner {
    /** On a NodeCapture: when it was told to stop, RFC 3339. */
    public static final String STOP_ORDERED_AT = Api.GROUP + "/stop-ordered-at";
    /** On a NodeCapture, for people: namespace and name of the capture it belongs to. */
    public static final String CAPTURE_ANNOTATION = Api.GROUP + "/capture";

    private final PlanSettings settings;

    public CapturePlanner(PlanSettings settings) {
        this.settings = settings;
    }

    /**
     * @param existing the NodeCaptures of this very capture
     * @param now the operator's time
     */
    public CapturePlan plan(
            NetlinkCapture capture,
            ResolvedTargets targets,
            StoreState store,
            Collection<NodeCapture> existing,
            Instant now) {
        if (hasEnded(capture, existing)) {
            return CapturePlan.NOTHING;
        }
        Optional<Instant> closes = windowCloses(capture, existing);
        List<NodeCapture> creations = creations(capture, targets, store, existing, closes, now);
        Optional<Instant> stopWaiting = closes.map(time -> time.plus(settings.nodeTimeout()));
        boolean stopPending = stopWaiting.map(time -> !now.isBefore(time)).orElse(false);
        List<OrderChange> changes = existing.stream()
                .filter(order -> !isOver(order))
                .flatMap(order -> change(capture, targets, order, stopPending, now).stream())
                .toList();
        boolean waiting = existing.stream().anyMatch(order -> phase(order) == NodePhase.PENDING);
        return new CapturePlan(creations, changes, waiting && !stopPending ? stopWaiting : Optional.empty());
    }

    private static boolean hasEnded(NetlinkCapture capture, Collection<NodeCapture> existing) {
        boolean isFinal =
                capture.getStatus() != null && capture.getStatus().phase().isFinal();
        return isFinal
                || (!existing.isEmpty()
                        && existing.stream().allMatch(order -> phase(order).isFinal()));
    }

    private List<NodeCapture> creations(
            NetlinkCapture capture,
            ResolvedTargets targets,
            StoreState store,
            Collection<NodeCapture> existing,
            Optional<Instant> closes,
            Instant now) {
        boolean mayStart = store instanceof StoreState.Ready || !existing.isEmpty();
        if (!mayStart || capture.getSpec().stop()) {
            return List.of();
        }
        Optional<Duration> left = closes.map(end -> Duration.between(now, end));
        if (left.isPresent() && left.get().toSeconds() < 1) {
            return List.of();
        }
        Set<String> known = nodesThatHadAnOrder(capture, existing);
        List<NodeCapture> creations = new ArrayList<>();
        targets.byNode().keySet().stream()
                .filter(Predicate.not(known::contains))
                .forEach(node -> creations.add(order(capture, targets, node, left)));
        return creations;
    }

    /** A second order for a node would number its segments from 0 again, and meet those of the first in the store. */
    private static Set<String> nodesThatHadAnOrder(NetlinkCapture capture, Collection<NodeCapture> existing) {
        Set<String> nodes = new HashSet<>();
        existing.forEach(order -> nodes.add(order.getSpec().nodeName()));
        if (capture.getStatus() != null) {
            capture.getStatus().nodes().stream().map(NodeSummary::nodeName).forEach(nodes::add);
        }
        return nodes;
    }

    private NodeCapture order(NetlinkCapture capture, ResolvedTargets targets, String node, Optional<Duration> left) {
        NetlinkCaptureSpec spec = capture.getSpec();
        String uid = capture.getMetadata().getUid();
        String name = capture.getMetadata().getName();
        String namespace = capture.getMetadata().getNamespace();
        NodeCapture order = new NodeCapture();
        order.setMetadata(new ObjectMetaBuilder()
                .withName(Api.nodeCaptureName(name, uid, node))
                .withNamespace(settings.namespace())
                .addToLabels(Api.NODE_LABEL, Api.labelValue(node))
                .addToLabels(Api.CAPTURE_UID_LABEL, uid)
                .withAnnotations(Map.of(CAPTURE_ANNOTATION, namespace + "/" + name))
                .withFinalizers(Api.AGENT_FINALIZER)
                .build());
        order.setSpec(new NodeCaptureSpec(
                node,
                new CaptureRef(namespace, name, uid),
                targets.on(node),
                spec.filter(),
                left.map(time -> limitedTo(spec.limits(), time)).orElse(spec.limits()),
                spec.segments(),
                spec.analysis(),
                spec.redaction(),
                spec.output().compression(),
                spec.output().format(),
                settings.gateway(),
                false));
        return order;
    }

    private Optional<OrderChange> change(
            NetlinkCapture capture, ResolvedTargets targets, NodeCapture order, boolean stopPending, Instant now) {
        NodeCaptureSpec spec = order.getSpec();
        boolean stop = spec.stop() || capture.getSpec().stop() || (stopPending && phase(order) == NodePhase.PENDING);
        NodeCaptureSpec wanted = new NodeCaptureSpec(
                spec.nodeName(),
                spec.capture(),
                targets.on(spec.nodeName()),
                spec.filter(),
                spec.limits(),
                spec.segments(),
                spec.analysis(),
                spec.redaction(),
                spec.compression(),
                spec.format(),
                settings.gateway(),
                stop);
        if (wanted.equals(spec)) {
            return Optional.empty();
        }
        boolean stopsNow = stop && !spec.stop();
        return Optional.of(
                new OrderChange(order, wanted, stopsNow ? Map.of(STOP_ORDERED_AT, now.toString()) : Map.of()));
    }

    private static Limits limitedTo(Limits limits, Duration left) {
        Duration wanted = Amounts.duration(limits.duration());
        Duration shorter = left.compareTo(wanted) < 0 ? left : wanted;
        return new Limits(shorter.toSeconds() + "s", limits.bytesPerNode(), limits.messagesPerNode());
    }

    private static Optional<Instant> windowCloses(NetlinkCapture capture, Collection<NodeCapture> existing) {
        Optional<Instant> noted = capture.getStatus() == null
                ? Optional.empty()
                : Times.parse(capture.getStatus().startTime());
        Optional<Instant> first = existing.stream()
                .flatMap(order -> Times.parse(status(order).startTime()).stream())
                .min(Comparator.naturalOrder());
        Duration duration = Amounts.duration(capture.getSpec().limits().duration());
        return Times.earliest(noted, first).map(opened -> opened.plus(duration));
    }

    private static boolean isOver(NodeCapture order) {
        return phase(order).isFinal() || order.getMetadata().getDeletionTimestamp() != null;
    }

    private static NodePhase phase(NodeCapture order) {
        return status(order).phase();
    }

    private static NodeCaptureStatus status(NodeCapture order) {
        NodeCaptureStatus status = order.getStatus();
        return status == null ? NodeCaptureStatus.PENDING : status;
    }
}
