// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.nltap.api.v1alpha1.CapturePhase;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NetlinkCaptureSpec;
import io.nltap.api.v1alpha1.Targets;
import io.nltap.e2e.apiserver.EmbeddedApiServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = EmbeddedApiServerResource.class,
        initArgs = @ResourceArg(name = "nltap.leader-election", value = "true"),
        restrictToAnnotatedClass = true)
class LeaderElectionTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    EmbeddedApiServer server;

    @Test
    void theOperatorThatHasTheLeaseReconciles() {
        try (KubernetesClient client = server.newClient()) {
            NetlinkCapture capture = new NetlinkCapture();
            capture.getMetadata().setName("slow-dns");
            capture.getMetadata().setNamespace("default");
            capture.setSpec(
                    new NetlinkCaptureSpec(new Targets(null, List.of("web-1"), null), null, null, null, null, false));
            client.resource(capture).create();

            await().atMost(LONG)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(
                                    client.resource(capture).get().getStatus().phase())
                            .isEqualTo(CapturePhase.PENDING));
            Lease lease = client.leases()
                    .inNamespace("nltap")
                    .withName("nltap-operator")
                    .get();
            assertThat(lease.getSpec().getHolderIdentity()).isNotBlank();
        }
    }
}
