// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.rate.RateLimited;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
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
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the agents on just the nodes that have an order, and sees to it that no order outlives what it is for: one
 * whose capture is gone is deleted, one whose node does not answer is given up in time. All orders hang together through
 * the one DaemonSet, so that this is one reconciliation for all of them; JOSDK would not call a reconciler for an order
 * that is being deleted, either.
 */
@Singleton
@ControllerConfiguration(
        name = "agents",
        fieldManager = "nltap-operator",
        informer = @Informer(labelSelector = AgentFleet.SELECTOR),
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
@RateLimited(maxReconciliations = 10, within = 1)
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 60_000)
public final class AgentFleetReconciler implements Reconciler<DaemonSet>, ConfigurableReconciler<DaemonSet> {
    private static final Logger LOG = LoggerFactory.getLogger(AgentFleetReconciler.class);
    private static final Duration AFTER_GIVING_UP = Duration.ofSeconds(1);

    private final PlanSettings settings;
    private final NodeJudge judge;
    private final NodePresences presences = new NodePresences();
    private final AgentFleet fleet;
    private final OrderWriter writer;
    private final EventPublisher events;
    private final Clock clock;
    private final AtomicReference<@Nullable InformerEventSource<NodeCapture, DaemonSet>> orderSource =
            new AtomicReference<>();

    public AgentFleetReconciler(KubernetesClient client, PlanSettings settings, AgentFleet fleet, Clock clock) {
        this.settings = settings;
        this.judge = new NodeJudge(settings);
        this.fleet = fleet;
        this.writer = new OrderWriter(client, settings.namespace());
        this.events = new EventPublisher(client, clock);
        this.clock = clock;
    }

    @Override
    public void updateConfigurationFrom(ControllerConfigurationOverrider<DaemonSet> configuration) {
        configuration.settingNamespace(settings.namespace());
    }

    @Override
    public List<EventSource<?, DaemonSet>> prepareEventSources(EventSourceContext<DaemonSet> context) {
        InformerEventSource<NodeCapture, DaemonSet> orders = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(NodeCapture.class, DaemonSet.class)
                        .withName("node-captures")
                        .withNamespaces(settings.namespace())
                        .withSecondaryToPrimaryMapper(this::agents)
                        .build(),
                context);
        orderSource.set(orders);
        return List.of(
                orders,
                new InformerEventSource<>(
                        InformerEventSourceConfiguration.from(Node.class, DaemonSet.class)
                                .withName("nodes")
                                .withWatchAllNamespaces()
                                .withItemStore(new TransformingItemStore<>(TrimmedObjects::node))
                                .withOnUpdateFilter((now, before) ->
                                        !TrimmedObjects.node(now).equals(TrimmedObjects.node(before)))
                                .withSecondaryToPrimaryMapper(this::agents)
                                .build(),
                        context),
                new InformerEventSource<>(
                        InformerEventSourceConfiguration.from(NetlinkCapture.class, DaemonSet.class)
                                .withName("captures")
                                .withWatchAllNamespaces()
                                .withItemStore(new TransformingItemStore<>(TrimmedObjects::capture))
                                .withOnUpdateFilter((now, before) -> false)
                                .withSecondaryToPrimaryMapper(this::agents)
                                .build(),
                        context));
    }

    @Override
    public UpdateControl<DaemonSet> reconcile(DaemonSet agents, Context<DaemonSet> context) {
        if (!AgentDaemonSet.NAME.equals(agents.getMetadata().getName())) {
            return UpdateControl.noUpdate();
        }
        Set<NodeCapture> orders = context.getSecondaryResources(NodeCapture.class);
        fleet.place(agents, orders);
        Set<String> captures = context.getSecondaryResources(NetlinkCapture.class).stream()
                .map(capture -> capture.getMetadata().getUid())
                .collect(Collectors.toSet());
        orders.stream().filter(order -> isOrphan(order, captures)).forEach(this::deleteOrphan);

        Map<String, Node> nodes = context.getSecondaryResources(Node.class).stream()
                .collect(Collectors.toMap(node -> node.getMetadata().getName(), Function.identity()));
        Instant now = clock.instant();
        UpdateControl<DaemonSet> control = UpdateControl.noUpdate();
        orders.stream()
                .flatMap(order -> judge(order, nodes, now).stream())
                .min(Comparator.naturalOrder())
                .ifPresent(time -> control.rescheduleAfter(until(time, now)));
        return control;
    }

    /** @return when to judge again */
    private Optional<Instant> judge(NodeCapture order, Map<String, Node> nodes, Instant now) {
        String name = order.getSpec().nodeName();
        NodeVerdict verdict = judge.judge(order, presences.of(name, Optional.ofNullable(nodes.get(name)), now), now);
        if (verdict instanceof NodeVerdict.GiveUp giveUp) {
            giveUp(order, giveUp.message());
            // What is written here need not come back as an event: the agents are still placed for this node.
            return Optional.of(now.plus(AFTER_GIVING_UP));
        }
        return ((NodeVerdict.Wait) verdict).until();
    }

    private void giveUp(NodeCapture order, String message) {
        LOG.atWarn()
                .addKeyValue("nodeCapture", order.getMetadata().getName())
                .addKeyValue("node", order.getSpec().nodeName())
                .addKeyValue("message", message)
                .log("node given up");
        events.publish(order.getSpec().capture(), new Announcement(true, "NodeLost", message));
        boolean ended = order.getStatus() != null && order.getStatus().phase().isFinal();
        try {
            written(order, writer.removeAgentFinalizer(ended ? order : writer.markLost(order, message)));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            LOG.atDebug()
                    .addKeyValue("nodeCapture", order.getMetadata().getName())
                    .log("order given up is gone already");
        }
    }

    /** Or else it is given up once more before the watch brings what was written. */
    private void written(NodeCapture before, NodeCapture after) {
        InformerEventSource<NodeCapture, DaemonSet> orders = orderSource.get();
        if (orders != null && after.getMetadata().getDeletionTimestamp() == null) {
            orders.handleRecentResourceUpdate(ResourceID.fromResource(after), after, before);
        }
    }

    /** The cache may lag behind, and deleting a live order is no small thing: the API server has the last word. */
    private boolean isOrphan(NodeCapture order, Set<String> captures) {
        return order.getMetadata().getDeletionTimestamp() == null
                && !captures.contains(order.getSpec().capture().uid())
                && !writer.hasCapture(order);
    }

    private void deleteOrphan(NodeCapture order) {
        LOG.atInfo()
                .addKeyValue("nodeCapture", order.getMetadata().getName())
                .addKeyValue("capture", order.getSpec().capture())
                .log("capture is gone, its order is deleted");
        writer.delete(order);
    }

    private Set<ResourceID> agents(HasMetadata secondary) {
        return Set.of(new ResourceID(AgentDaemonSet.NAME, settings.namespace()));
    }

    private static Duration until(Instant time, Instant now) {
        Duration left = Duration.between(now, time);
        return left.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : left;
    }
}
