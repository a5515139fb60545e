// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.operator.plan.AgentDaemonSet;
import io.nltap.operator.plan.NodeJudge;
import io.nltap.operator.plan.NodeVerdict;
import io.nltap.operator.plan.PlanSettings;
import io.nltap.operator.status.Announcement;
import io.quarkiverse.operatorsdk.runtime.api.ConfigurableReconciler;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that no order outlives what it is for: one whose capture is gone is deleted, and one whose node does not
 * answer is given up in time.
 */
@Singleton
@ControllerConfiguration(
        name = "nodecapture",
        fieldManager = "nltap-operator",
        generationAwareEventProcessing = false,
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 60_000)
public final class NodeCaptureReconciler implements ConfigurableReconciler<NodeCapture> {
    private static final Logger LOG = LoggerFactory.getLogger(NodeCaptureReconciler.class);
    private static final String NODES = "nodes";

    private final PlanSettings settings;
    private final NodeJudge judge;
    private final NodePresences presences;
    private final AgentFleet fleet;
    private final OrderWriter writer;
    private final EventPublisher events;
    private final Clock clock;

    public NodeCaptureReconciler(KubernetesClient client, PlanSettings settings, AgentFleet fleet, Clock clock) {
        this.settings = settings;
        this.judge = new NodeJudge(settings);
        this.presences = new NodePresences();
        this.fleet = fleet;
        this.writer = new OrderWriter(client, settings.namespace());
        this.events = new EventPublisher(client, clock);
        this.clock = clock;
    }

    @Override
    public void updateConfigurationFrom(ControllerConfigurationOverrider<NodeCapture> configuration) {
        configuration.settingNamespace(settings.namespace());
    }

    @Override
    public List<EventSource<?, NodeCapture>> prepareEventSources(EventSourceContext<NodeCapture> context) {
        IndexerResourceCache<NodeCapture> orders = context.getPrimaryCache();
        return List.of(
                new InformerEventSource<>(
                        InformerEventSourceConfiguration.from(Node.class, NodeCapture.class)
                                .withName(NODES)
                                .withItemStore(new TransformingItemStore<>(TrimmedObjects::node))
                                .withOnUpdateFilter((now, before) ->
                                        !TrimmedObjects.node(now).equals(TrimmedObjects.node(before)))
                                .withSecondaryToPrimaryMapper(node -> select(
                                        orders,
                                        order -> order.getSpec()
                                                .nodeName()
                                                .equals(node.getMetadata().getName())))
                                .withPrimaryToSecondaryMapper((NodeCapture order) ->
                                        Set.of(new ResourceID(order.getSpec().nodeName())))
                                .build(),
                        context),
                new InformerEventSource<>(
                        InformerEventSourceConfiguration.from(NetlinkCapture.class, NodeCapture.class)
                                .withName("captures")
                                .withWatchAllNamespaces()
                                .withItemStore(new TransformingItemStore<>(TrimmedObjects::capture))
                                .withOnAddFilter(capture -> false)
                                .withOnUpdateFilter((now, before) -> false)
                                .withSecondaryToPrimaryMapper(capture -> select(
                                        orders,
                                        order -> order.getSpec()
                                                .capture()
                                                .uid()
                                                .equals(capture.getMetadata().getUid())))
                                .withPrimaryToSecondaryMapper((NodeCapture order) -> Set.of(new ResourceID(
                                        order.getSpec().capture().name(),
                                        order.getSpec().capture().namespace())))
                                .build(),
                        context),
                new InformerEventSource<>(
                        InformerEventSourceConfiguration.from(DaemonSet.class, NodeCapture.class)
                                .withName("agents")
                                .withNamespaces(settings.namespace())
                                .withLabelSelector(AgentFleet.SELECTOR)
                                .withOnAddFilter(agents -> false)
                                .withOnUpdateFilter((now, before) -> false)
                                .withSecondaryToPrimaryMapper(agents -> select(orders, order -> true))
                                .withPrimaryToSecondaryMapper((NodeCapture order) ->
                                        Set.of(new ResourceID(AgentDaemonSet.NAME, settings.namespace())))
                                .build(),
                        context));
    }

    @Override
    public UpdateControl<NodeCapture> reconcile(NodeCapture order, Context<NodeCapture> context) {
        if (context.getSecondaryResource(DaemonSet.class).isEmpty()) {
            fleet.apply(context.getPrimaryCache().list().toList());
        }
        if (isOrphan(order, context)) {
            LOG.atInfo()
                    .addKeyValue("nodeCapture", order.getMetadata().getName())
                    .addKeyValue("capture", order.getSpec().capture())
                    .log("capture is gone, its order is deleted");
            writer.delete(order);
        }
        Instant now = clock.instant();
        Optional<Node> node = context.getSecondaryResource(Node.class, NODES);
        NodeVerdict verdict = judge.judge(order, presences.of(order.getSpec().nodeName(), node, now), now);
        if (verdict instanceof NodeVerdict.GiveUp giveUp) {
            giveUp(order, giveUp.message());
            return UpdateControl.noUpdate();
        }
        UpdateControl<NodeCapture> control = UpdateControl.noUpdate();
        ((NodeVerdict.Wait) verdict).until().ifPresent(time -> control.rescheduleAfter(until(time, now)));
        return control;
    }

    /** The cache may lag behind, and deleting a live order is no small thing: the API server has the last word. */
    private boolean isOrphan(NodeCapture order, Context<NodeCapture> context) {
        boolean cached = context.getSecondaryResource(NetlinkCapture.class)
                .map(capture -> capture.getMetadata()
                        .getUid()
                        .equals(order.getSpec().capture().uid()))
                .orElse(false);
        return order.getMetadata().getDeletionTimestamp() == null && !cached && !writer.hasCapture(order);
    }

    private void giveUp(NodeCapture order, String message) {
        LOG.atWarn()
                .addKeyValue("nodeCapture", order.getMetadata().getName())
                .addKeyValue("node", order.getSpec().nodeName())
                .addKeyValue("message", message)
                .log("node given up");
        events.publish(order.getSpec().capture(), new Announcement(true, "NodeLost", message));
        boolean ended = order.getStatus() != null && order.getStatus().phase().isFinal();
        NodeCapture marked = ended ? order : writer.markLost(order, message);
        writer.removeAgentFinalizer(marked);
    }

    private static Set<ResourceID> select(IndexerResourceCache<NodeCapture> orders, Predicate<NodeCapture> predicate) {
        return orders.list(predicate).map(ResourceID::fromResource).collect(Collectors.toSet());
    }

    private static Duration until(Instant time, Instant now) {
        Duration left = Duration.between(now, time);
        return left.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : left;
    }
}
