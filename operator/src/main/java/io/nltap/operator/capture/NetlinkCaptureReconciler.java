// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.rate.RateLimited;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NetlinkCaptureStatus;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.api.v1alpha1.NodeSummary;
import io.nltap.operator.plan.CapturePlan;
import io.nltap.operator.plan.CapturePlanner;
import io.nltap.operator.plan.OrderChange;
import io.nltap.operator.plan.PlanSettings;
import io.nltap.operator.plan.StoreCheck;
import io.nltap.operator.plan.StoreState;
import io.nltap.operator.status.AgentPod;
import io.nltap.operator.status.Announcement;
import io.nltap.operator.status.Announcements;
import io.nltap.operator.status.CaptureReports;
import io.nltap.operator.status.ReportState;
import io.nltap.operator.status.RollupInput;
import io.nltap.operator.status.StatusRollup;
import io.nltap.operator.target.ResolvedTargets;
import io.nltap.operator.target.TargetResolver;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the orders of a capture as planned, and its status as its nodes answer. */
@Singleton
@ControllerConfiguration(
        name = "netlinkcapture",
        finalizerName = NetlinkCaptureReconciler.FINALIZER,
        fieldManager = "nltap-operator",
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
@RateLimited(maxReconciliations = 5, within = 1)
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 60_000)
public final class NetlinkCaptureReconciler implements Reconciler<NetlinkCapture>, Cleaner<NetlinkCapture> {
    /** On a NetlinkCapture: its orders are not all gone yet. */
    public static final String FINALIZER = Api.GROUP + "/operator";

    private static final Logger LOG = LoggerFactory.getLogger(NetlinkCaptureReconciler.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
    private static final Duration LOOK_AT_REPORT = Duration.ofSeconds(1);

    private final PlanSettings settings;
    private final CapturePlanner planner;
    private final StoreCheck stores;
    private final CaptureReports reports;
    private final AgentFleet fleet;
    private final OrderWriter writer;
    private final EventPublisher events;
    private final Clock clock;
    private final AtomicReference<@Nullable CaptureSources> prepared = new AtomicReference<>();

    public NetlinkCaptureReconciler(
            KubernetesClient client,
            PlanSettings settings,
            StoreCheck stores,
            CaptureReports reports,
            AgentFleet fleet,
            Clock clock) {
        this.settings = settings;
        this.planner = new CapturePlanner(settings);
        this.stores = stores;
        this.reports = reports;
        this.fleet = fleet;
        this.writer = new OrderWriter(client, settings.namespace());
        this.events = new EventPublisher(client, clock);
        this.clock = clock;
    }

    @Override
    public List<EventSource<?, NetlinkCapture>> prepareEventSources(EventSourceContext<NetlinkCapture> context) {
        CaptureSources sources = new CaptureSources(context, settings.namespace());
        prepared.set(sources);
        return sources.all();
    }

    @Override
    public UpdateControl<NetlinkCapture> reconcile(NetlinkCapture capture, Context<NetlinkCapture> context) {
        NetlinkCaptureStatus before = capture.getStatus();
        if (before != null && before.phase().isFinal()) {
            return UpdateControl.noUpdate();
        }
        Instant now = clock.instant();
        CaptureSources sources = sources();
        if (!sources.hasAgents()) {
            fleet.ensure();
        }
        ResolvedTargets targets =
                TargetResolver.resolve(capture.getSpec(), sources.podsOf(capture), settings.allowUnredacted());
        StoreState store = stores.check(capture.getSpec().output().store());
        Collection<NodeCapture> orders = orders(capture, sources);

        CapturePlan plan = planner.plan(capture, targets, store, orders, now);
        List<NodeCapture> current = carryOut(plan, orders, sources);

        RollupInput input = reported(new RollupInput(
                capture,
                targets,
                store,
                current,
                AgentPod.byNode(sources.agentPods()),
                new ReportState.Pending(),
                now));
        NetlinkCaptureStatus after = StatusRollup.of(input);
        announce(capture, Announcements.between(before, after));
        UpdateControl<NetlinkCapture> control =
                after.equals(before) ? UpdateControl.noUpdate() : UpdateControl.patchStatus(withStatus(capture, after));
        plan.wakeUp().ifPresent(time -> control.rescheduleAfter(until(time, now)));
        if (!after.phase().isFinal() && StatusRollup.wantsReport(input)) {
            control.rescheduleAfter(LOOK_AT_REPORT);
        }
        return control;
    }

    private RollupInput reported(RollupInput input) {
        return StatusRollup.wantsReport(input) ? input.with(reports.of(input.capture(), input.orders())) : input;
    }

    @Override
    public DeleteControl cleanup(NetlinkCapture capture, Context<NetlinkCapture> context) {
        List<NodeCapture> orders = writer.ordersOf(capture);
        orders.stream()
                .filter(order -> order.getMetadata().getDeletionTimestamp() == null)
                .forEach(writer::delete);
        List<String> waitingFor = orders.stream()
                .filter(order -> !order.getMetadata().getFinalizers().isEmpty())
                .map(order -> order.getSpec().nodeName())
                .sorted()
                .toList();
        if (waitingFor.isEmpty()) {
            LOG.atInfo().addKeyValue("capture", words(capture)).log("capture deleted");
            return DeleteControl.defaultDelete();
        }
        announce(capture, List.of(cleaningUp(waitingFor)));
        return DeleteControl.noFinalizerRemoval().rescheduleAfter(LOOK_AGAIN);
    }

    private Announcement cleaningUp(List<String> nodes) {
        return new Announcement(
                false,
                "CleaningUp",
                "deletion waits until the agents have cleaned up on: %s; a node that has not within %s is given up"
                        .formatted(
                                String.join(", ", nodes),
                                settings.nodeTimeout().toString().substring(2).toLowerCase(Locale.ROOT)));
    }

    /**
     * The orders in the cache; or those of the API server, when the cache lacks one that the status knows: it lags
     * behind, or the order was deleted by somebody.
     */
    private Collection<NodeCapture> orders(NetlinkCapture capture, CaptureSources sources) {
        Collection<NodeCapture> cached = sources.ordersOf(capture);
        List<String> nodes =
                cached.stream().map(order -> order.getSpec().nodeName()).toList();
        boolean complete = capture.getStatus() == null
                || capture.getStatus().nodes().stream()
                        .map(NodeSummary::nodeName)
                        .allMatch(nodes::contains);
        return complete ? cached : writer.ordersOf(capture);
    }

    private List<NodeCapture> carryOut(CapturePlan plan, Collection<NodeCapture> orders, CaptureSources sources) {
        Map<String, NodeCapture> byName = new TreeMap<>();
        orders.forEach(order -> byName.put(order.getMetadata().getName(), order));
        for (NodeCapture wanted : plan.creations()) {
            NodeCapture created = writer.create(wanted);
            sources.written(created);
            byName.put(created.getMetadata().getName(), created);
            LOG.atInfo()
                    .addKeyValue("capture", created.getSpec().capture())
                    .addKeyValue("node", created.getSpec().nodeName())
                    .addKeyValue("pods", created.getSpec().targets().size())
                    .log("node ordered to capture");
        }
        for (OrderChange change : plan.changes()) {
            NodeCapture changed = writer.change(change);
            sources.written(changed);
            byName.put(changed.getMetadata().getName(), changed);
        }
        return new ArrayList<>(byName.values());
    }

    private void announce(NetlinkCapture capture, List<Announcement> news) {
        CaptureRef ref = new CaptureRef(
                capture.getMetadata().getNamespace(),
                capture.getMetadata().getName(),
                capture.getMetadata().getUid());
        for (Announcement announcement : news) {
            LOG.atInfo()
                    .addKeyValue("capture", words(capture))
                    .addKeyValue("reason", announcement.reason())
                    .addKeyValue("message", announcement.message())
                    .log("capture changed");
            events.publish(ref, announcement);
        }
    }

    /**
     * Only what is to be applied. It is applied to the version that was read: JOSDK takes every event up to its own
     * update for seen, so that a change of the spec that came in between would be lost if the update succeeded.
     */
    private static NetlinkCapture withStatus(NetlinkCapture capture, NetlinkCaptureStatus status) {
        NetlinkCapture update = new NetlinkCapture();
        update.setMetadata(new ObjectMetaBuilder()
                .withName(capture.getMetadata().getName())
                .withNamespace(capture.getMetadata().getNamespace())
                .withResourceVersion(capture.getMetadata().getResourceVersion())
                .build());
        update.setStatus(status);
        return update;
    }

    private CaptureSources sources() {
        CaptureSources sources = prepared.get();
        if (sources == null) {
            throw new IllegalStateException("reconciled before the event sources were prepared");
        }
        return sources;
    }

    private static Duration until(Instant time, Instant now) {
        Duration left = Duration.between(now, time);
        return left.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : left;
    }

    private static String words(NetlinkCapture capture) {
        return capture.getMetadata().getNamespace() + "/"
                + capture.getMetadata().getName();
    }
}
