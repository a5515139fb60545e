// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the agent reaches the API server: by what it was told, else by the service account of its pod. It never looks for
 * a kubeconfig by itself, so that an agent started by hand cannot end up on somebody's cluster.
 */
final class KubernetesConnection {
    private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(5).toMillis();
    private static final int REQUEST_MILLIS = (int) Duration.ofSeconds(10).toMillis();

    private KubernetesConnection() {}

    /** @throws IllegalStateException when there is neither a setting nor a service account; says what to do */
    static KubernetesClient open(AgentSettings settings) {
        Config config = new ConfigBuilder(config(settings.kubeconfig(), settings.apiServer()))
                .withConnectionTimeout(CONNECT_MILLIS)
                .withRequestTimeout(REQUEST_MILLIS)
                // The status writer tries again with what is newest by then.
                .withRequestRetryBackoffLimit(0)
                .withNamespace(settings.namespace())
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static Config config(Optional<Path> kubeconfig, Optional<URI> apiServer) {
        if (kubeconfig.isPresent()) {
            return Config.fromKubeconfig(kubeconfig.get().toFile());
        }
        if (apiServer.isPresent()) {
            return new ConfigBuilder(Config.empty())
                    .withMasterUrl(apiServer.get().toString())
                    .build();
        }
        System.setProperty(Config.KUBERNETES_AUTH_TRYKUBECONFIG_SYSTEM_PROPERTY, "false");
        Config serviceAccount = Config.autoConfigure(null);
        if (serviceAccount.getAutoOAuthToken() == null && serviceAccount.getOauthToken() == null) {
            throw new IllegalStateException(
                    "there is no service account token in this pod, so the API server cannot be reached; mount one, or set %s"
                            .formatted(AgentSettings.KUBECONFIG));
        }
        return serviceAccount;
    }
}
