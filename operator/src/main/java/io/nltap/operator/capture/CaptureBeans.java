// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.nltap.operator.plan.AgentDaemonSet;
import io.nltap.operator.plan.PlanSettings;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the room together from its configuration. */
@Singleton
final class CaptureBeans {
    private static final Logger LOG = LoggerFactory.getLogger(CaptureBeans.class);
    private static final String LEASE = "nltap-operator";
    private static final String PLAIN_TEMPLATE = "/agent-daemonset.yaml";

    @Produces
    @Singleton
    PlanSettings settings(CaptureConfig config, KubernetesClient client) {
        String namespace = config.namespace()
                .or(() -> Optional.ofNullable(client.getNamespace()))
                .orElseThrow(() -> new IllegalStateException(
                        "the operator does not know its own namespace: set nltap.namespace (NLTAP_NAMESPACE)"));
        String gateway = config.gatewayUrl().orElseGet(() -> "https://nltap-gateway.%s.svc:8443".formatted(namespace));
        return new PlanSettings(
                namespace, gateway, config.nodeTimeout(), config.agentStartTimeout(), config.allowUnredacted());
    }

    @Produces
    @Singleton
    AgentFleet agents(CaptureConfig config, PlanSettings settings, KubernetesClient client) {
        DaemonSet template =
                config.agentTemplate().map(file -> templateOf(file, client)).orElseGet(() -> plainTemplate(client));
        Optional<OwnerReference> owner = owner(config.deployment(), settings.namespace(), client);
        return new AgentFleet(client, settings.namespace(), new AgentDaemonSet(template, settings.namespace(), owner));
    }

    /** Before the reconcilers start, of which one needs the DaemonSet to be there. */
    void start(@Observes @Priority(Interceptor.Priority.APPLICATION) StartupEvent event, AgentFleet fleet) {
        fleet.ensure();
    }

    /**
     * JOSDK's own metrics register one meter with differing tags, which the Prometheus registry refuses with an
     * exception inside the informers' event handlers: events of secondary resources would be lost.
     */
    @Produces
    @Singleton
    Metrics metrics() {
        return Metrics.NOOP;
    }

    /** @return null, as the extension expects it, when this operator is the only one */
    @Produces
    @Dependent
    @Nullable
    LeaderElectionConfiguration leaderElection(CaptureConfig config, PlanSettings settings) {
        return config.leaderElection()
                ? LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
                        .withLeaseNamespace(settings.namespace())
                        .build()
                : null;
    }

    private static DaemonSet templateOf(Path file, KubernetesClient client) {
        try (InputStream yaml = Files.newInputStream(file)) {
            return client.getKubernetesSerialization().unmarshal(yaml, DaemonSet.class);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot read the template of the agents' DaemonSet, nltap.agent-template=" + file, e);
        }
    }

    private static DaemonSet plainTemplate(KubernetesClient client) {
        try (InputStream yaml = CaptureBeans.class.getResourceAsStream(PLAIN_TEMPLATE)) {
            if (yaml == null) {
                throw new IllegalStateException("missing in the build: " + PLAIN_TEMPLATE);
            }
            return client.getKubernetesSerialization().unmarshal(yaml, DaemonSet.class);
        } catch (IOException e) {
            throw new UncheckedIOException(PLAIN_TEMPLATE, e);
        }
    }

    private static Optional<OwnerReference> owner(String deployment, String namespace, KubernetesClient client) {
        try {
            Deployment own = client.apps()
                    .deployments()
                    .inNamespace(namespace)
                    .withName(deployment)
                    .get();
            return Optional.ofNullable(own)
                    .map(it -> new OwnerReferenceBuilder()
                            .withApiVersion("apps/v1")
                            .withKind("Deployment")
                            .withName(it.getMetadata().getName())
                            .withUid(it.getMetadata().getUid())
                            .build());
        } catch (KubernetesClientException e) {
            LOG.atWarn()
                    .addKeyValue("deployment", deployment)
                    .addKeyValue("error", e.getMessage())
                    .log("own Deployment not found: the agents' DaemonSet stays when it is deleted");
            return Optional.empty();
        }
    }
}
