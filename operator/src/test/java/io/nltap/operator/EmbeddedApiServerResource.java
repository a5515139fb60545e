// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator;

import io.nltap.e2e.apiserver.EmbeddedApiServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/**
 * Gives a {@code @QuarkusTest} an API server of its own, and its fields of type {@link EmbeddedApiServer} that server.
 * Use it with {@code @QuarkusTestResource(value = EmbeddedApiServerResource.class, restrictToAnnotatedClass = true)}.
 */
public final class EmbeddedApiServerResource implements QuarkusTestResourceLifecycleManager {
    private EmbeddedApiServer server;

    @Override
    public Map<String, String> start() {
        server = EmbeddedApiServer.start();
        return Map.of(
                "quarkus.kubernetes-client.api-server-url", server.url().toString(),
                "quarkus.kubernetes-client.namespace", "nltap",
                "kubernetes.auth.tryKubeConfig", "false",
                "kubernetes.auth.tryServiceAccount", "false");
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(server, new TestInjector.MatchesType(EmbeddedApiServer.class));
    }

    @Override
    public void stop() {
        if (server != null) {
            server.close();
        }
    }
}
