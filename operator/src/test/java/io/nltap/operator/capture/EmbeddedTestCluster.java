// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.nltap.e2e.apiserver.EmbeddedApiServer;

/** An API server in this process. */
final class EmbeddedTestCluster extends TestCluster {
    private final EmbeddedApiServer server = EmbeddedApiServer.start();
    private final KubernetesClient client = server.newClient();

    EmbeddedTestCluster() {
        prepare();
    }

    @Override
    KubernetesClient admin() {
        return client;
    }

    @Override
    KubernetesClient operatorsClient() {
        return server.newClient();
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
