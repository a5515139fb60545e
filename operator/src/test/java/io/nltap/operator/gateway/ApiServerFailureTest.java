// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.ws.rs.core.Response;
import org.junit.jupiter.api.Test;

class ApiServerFailureTest {

    @Test
    void isNeverFinalForWhoeverAsks() {
        Response down = new ApiServerFailure().map(new KubernetesClientException("connection refused"));
        Response forbidden = new ApiServerFailure().map(new KubernetesClientException("forbidden", 403, null));

        assertThat(down.getStatus()).isEqualTo(503);
        assertThat(down.getHeaderString("Retry-After")).isEqualTo("5");
        assertThat(down.getEntity().toString()).contains("the API server does not answer the operator");
        assertThat(forbidden.getStatus()).isEqualTo(503);
        assertThat(forbidden.getEntity().toString()).contains("ClusterRole nltap-operator");
    }
}
