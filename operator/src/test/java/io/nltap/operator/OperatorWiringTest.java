// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.nltap.api.v1alpha1.CapturePhase;
import io.nltap.api.v1alpha1.CaptureStore;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.e2e.apiserver.EmbeddedApiServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The operator as Quarkus puts it together: what the tests of its rooms cannot see. */
@QuarkusTest
@QuarkusTestResource(value = EmbeddedApiServerResource.class, restrictToAnnotatedClass = true)
class OperatorWiringTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    EmbeddedApiServer server;

    @Inject
    Metrics metrics;

    @Test
    void aCaptureIsOrderedAndFollowed() {
        try (KubernetesClient client = server.newClient()) {
            create(client, """
                    apiVersion: nltap.io/v1alpha1
                    kind: CaptureStore
                    metadata: {name: default}
                    spec: {filesystem: {directory: artifacts}}
                    """, CaptureStore.class);
            Pod pod = create(client, """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: web-1, namespace: default, labels: {app: web}}
                    spec: {nodeName: n1, containers: [{name: app, image: app}]}
                    """, Pod.class);
            client.resource(pod)
                    .subresource("status")
                    .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{\"phase\":\"Running\"}}");
            create(client, """
                    apiVersion: nltap.io/v1alpha1
                    kind: NetlinkCapture
                    metadata: {name: slow-dns, namespace: default}
                    spec: {targets: {podNames: [web-1]}}
                    """, NetlinkCapture.class);

            await().atMost(LONG).untilAsserted(() -> assertThat(orders(client)).hasSize(1));
            NodeCapture order = orders(client).get(0);
            assertThat(order.getSpec().gateway()).isEqualTo("https://nltap-gateway.nltap.svc:8443");
            client.resource(order)
                    .subresource("status")
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            "{\"status\":{\"phase\":\"Failed\",\"message\":\"the kernel has no nlmon\"}}");

            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(client.resources(NetlinkCapture.class)
                                    .inNamespace("default")
                                    .withName("slow-dns")
                                    .get()
                                    .getStatus()
                                    .phase())
                            .isEqualTo(CapturePhase.FAILED));
        }
    }

    @Test
    void theMetricsOfTheOperatorSdkAreOffSinceTheyLoseEvents() {
        assertThat(metrics).isSameAs(Metrics.NOOP);
    }

    private static List<NodeCapture> orders(KubernetesClient client) {
        return client.resources(NodeCapture.class).inNamespace("nltap").list().getItems();
    }

    private static <T extends io.fabric8.kubernetes.api.model.HasMetadata> T create(
            KubernetesClient client, String yaml, Class<T> type) {
        return client.resource(client.getKubernetesSerialization().unmarshal(yaml, type))
                .create();
    }
}
