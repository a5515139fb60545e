// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.nltap.e2e.apiserver.EmbeddedApiServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/**
 * Gives a {@code @QuarkusTest} an API server of its own, and its fields of type {@link EmbeddedApiServer} that server.
 * Use it with {@code @QuarkusTestResource(value = EmbeddedApiServerResource.class, restrictToAnnotatedClass = true)}.
 */
public final class EmbeddedApiServerResource implements QuarkusTestResourceLifecycleManager {
    /** The operator's own; it exists. */
    public static final String NAMESPACE = "nltap";

    private EmbeddedApiServer server;

    @Override
    public Map<String, String> start() {
        server = EmbeddedApiServer.start();
        try (KubernetesClient client = server.newClient()) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(NAMESPACE)
                            .endMetadata()
                            .build())
                    .create();
        }
        return Map.of(
                "quarkus.kubernetes-client.api-server-url",
                server.url().toString(),
                "nltap.namespace",
                NAMESPACE,
                "kubernetes.auth.tryKubeConfig",
                "false",
                "kubernetes.auth.tryServiceAccount",
                "false");
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
