// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.operator.plan.AgentDaemonSet;
import io.nltap.operator.plan.PlanSettings;
import io.quarkiverse.operatorsdk.runtime.api.ConfigurableReconciler;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Keeps the agents on just the nodes that need one, and the DaemonSet as the template says. */
@Singleton
@ControllerConfiguration(
        name = "agents",
        fieldManager = "nltap-operator",
        informer = @Informer(labelSelector = AgentFleet.SELECTOR),
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 60_000)
public final class AgentDaemonSetReconciler implements ConfigurableReconciler<DaemonSet> {
    private final PlanSettings settings;
    private final AgentFleet fleet;

    public AgentDaemonSetReconciler(PlanSettings settings, AgentFleet fleet) {
        this.settings = settings;
        this.fleet = fleet;
    }

    @Override
    public void updateConfigurationFrom(ControllerConfigurationOverrider<DaemonSet> configuration) {
        configuration.settingNamespace(settings.namespace());
    }

    @Override
    public List<EventSource<?, DaemonSet>> prepareEventSources(EventSourceContext<DaemonSet> context) {
        return List.of(new InformerEventSource<>(
                InformerEventSourceConfiguration.from(NodeCapture.class, DaemonSet.class)
                        .withName("node-captures")
                        .withNamespaces(settings.namespace())
                        .withOnUpdateFilter((now, before) -> !Objects.equals(
                                now.getMetadata().getFinalizers(),
                                before.getMetadata().getFinalizers()))
                        .withSecondaryToPrimaryMapper(
                                order -> Set.of(new ResourceID(AgentDaemonSet.NAME, settings.namespace())))
                        .build(),
                context));
    }

    @Override
    public UpdateControl<DaemonSet> reconcile(DaemonSet agents, Context<DaemonSet> context) {
        if (AgentDaemonSet.NAME.equals(agents.getMetadata().getName())) {
            fleet.apply(context.getSecondaryResources(NodeCapture.class));
        }
        return UpdateControl.noUpdate();
    }
}
