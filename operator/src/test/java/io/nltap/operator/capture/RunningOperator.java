// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.nltap.operator.plan.AgentDaemonSet;
import io.nltap.operator.plan.PlanSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** The reconcilers as they run in the operator, started and stopped at will. */
final class RunningOperator implements AutoCloseable {
    private static final String GATEWAY = "https://nltap-gateway.nltap.svc:8443";

    private final KubernetesClient client;
    private final Operator operator;

    private RunningOperator(KubernetesClient client, PlanSettings settings) {
        this.client = client;
        this.operator = new Operator(configuration -> configuration.withKubernetesClient(client));
        AgentFleet fleet = new AgentFleet(
                client,
                settings.namespace(),
                new AgentDaemonSet(template(client), settings.namespace(), Optional.empty()));
        fleet.ensure();
        Clock clock = Clock.systemUTC();
        AgentFleetReconciler agents = new AgentFleetReconciler(client, settings, fleet, clock);
        operator.register(new NetlinkCaptureReconciler(
                client, settings, new ClusterStoreCheck(client), FakeReports.MADE, fleet, clock));
        operator.register(agents, agents::updateConfigurationFrom);
        operator.start();
    }

    static RunningOperator start(TestCluster cluster) {
        return start(cluster, Duration.ofMinutes(5));
    }

    static RunningOperator start(TestCluster cluster, Duration nodeTimeout) {
        PlanSettings settings = new PlanSettings(cluster.operators, GATEWAY, nodeTimeout, Duration.ofMinutes(5), false);
        return new RunningOperator(cluster.operatorsClient(), settings);
    }

    @Override
    public void close() {
        operator.stop();
        client.close();
    }

    private static DaemonSet template(KubernetesClient client) {
        try (InputStream yaml = AgentFleet.class.getResourceAsStream("/agent-daemonset.yaml")) {
            return client.getKubernetesSerialization().unmarshal(yaml, DaemonSet.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
