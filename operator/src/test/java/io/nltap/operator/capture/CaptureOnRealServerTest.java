// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.nltap.api.v1alpha1.CapturePhase;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NodeCapture;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The same on a real API server, and what only a real one does. */
@EnabledIfEnvironmentVariable(
        named = RealTestCluster.KUBECONFIG,
        matches = ".+",
        disabledReason = "NLTAP_TEST_KUBECONFIG names no API server to test on")
class CaptureOnRealServerTest extends CaptureContract {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    @Override
    TestCluster openCluster() throws IOException {
        return new RealTestCluster();
    }

    @Test
    void aSpecCannotChangeButForStop() {
        applyForWeb("slow-dns");

        assertThatThrownBy(() -> patch("slow-dns", "{\"spec\":{\"limits\":{\"duration\":\"5m\"}}}"))
                .hasMessageContaining("spec is immutable except stop");
        cluster.stop("slow-dns");
        assertThatThrownBy(() -> patch("slow-dns", "{\"spec\":{\"stop\":false}}"))
                .hasMessageContaining("stop cannot be taken back");
    }

    @Test
    void badInputIsRefusedWithASentence() {
        assertThatThrownBy(() -> cluster.apply("a", "{targets: {}}"))
                .hasMessageContaining("targets needs podSelector or podNames");
        assertThatThrownBy(() -> cluster.apply("a", "{targets: {podSelector: {}}, limits: {duration: 48h}}"))
                .hasMessageContaining("limits.duration must be from 1s to 24h");
    }

    @Test
    void whatTheApiServerDefaultsReachesTheNode() {
        cluster.runningPod("web-1", "web", "n1");

        applyForWeb("slow-dns");

        NodeCapture order = new FakeAgent(cluster, "n1").order();
        assertThat(order.getSpec().limits().duration()).isEqualTo("60s");
        assertThat(order.getSpec().segments().size()).isEqualTo("16Mi");
    }

    @Test
    void usersCannotWriteTheStatusWithTheSpec() {
        applyForWeb("slow-dns");
        eventually(() -> assertThat(status("slow-dns").phase()).isEqualTo(CapturePhase.PENDING));

        patch("slow-dns", "{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"status\":{\"phase\":\"Succeeded\"}}");

        assertThat(cluster.capture("slow-dns").getMetadata().getLabels()).containsEntry("a", "b");
        assertThat(status("slow-dns").phase()).isEqualTo(CapturePhase.PENDING);
    }

    @Test
    void whatTheDaemonSetOwnsGoesWithIt() {
        eventually(() -> assertThat(agents()).isPresent());
        ConfigMap owned = new ConfigMapBuilder()
                .withNewMetadata()
                .withName("owned")
                .withNamespace(cluster.operators)
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion("apps/v1")
                        .withKind("DaemonSet")
                        .withName(agents().orElseThrow().getMetadata().getName())
                        .withUid(agents().orElseThrow().getMetadata().getUid())
                        .build())
                .endMetadata()
                .build();
        cluster.admin().resource(owned).create();

        cluster.admin().resource(agents().orElseThrow()).delete();

        eventually(() -> assertThat(cluster.admin().resource(owned).get()).isNull());
    }

    @Test
    void theControllerOfTheClusterPlacesAgentsOnTheOrderedNodesOnly() {
        cluster.admin()
                .serviceAccounts()
                .inNamespace(cluster.operators)
                .resource(new io.fabric8.kubernetes.api.model.ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("nltap-agent")
                        .endMetadata()
                        .build())
                .create();
        cluster.runningPod("web-1", "web", "n1");

        applyForWeb("slow-dns");

        eventually(() -> assertThat(agents().orElseThrow().getStatus().getDesiredNumberScheduled())
                .isEqualTo(1));
        FakeAgent n1 = new FakeAgent(cluster, "n1");
        n1.captures();
        n1.isDone();
        eventually(() -> assertThat(agents().orElseThrow().getStatus().getDesiredNumberScheduled())
                .isZero());
    }

    @Test
    void theOperatorMayNotDoMoreThanItHasTo() {
        try (KubernetesClient own = cluster.operatorsClient()) {
            assertThatThrownBy(() -> own.secrets().inNamespace(cluster.users).list())
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("forbidden");
            assertThatThrownBy(() -> own.pods()
                            .inNamespace(cluster.users)
                            .withName("any")
                            .delete())
                    .hasMessageContaining("forbidden");
            assertThatThrownBy(() -> own.resources(NodeCapture.class)
                            .inNamespace(cluster.users)
                            .list())
                    .hasMessageContaining("forbidden");
        }
    }

    private NetlinkCapture patch(String name, String patch) {
        return cluster.admin()
                .resources(NetlinkCapture.class)
                .inNamespace(cluster.users)
                .withName(name)
                .patch(MERGE, patch);
    }
}
