// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.nltap.e2e.apiserver.EmbeddedApiServer;
import io.nltap.e2e.process.ServerCertificate;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Gives a {@code @QuarkusTest} an API server of its own, and its fields of type {@link EmbeddedApiServer} that server.
 * Use it with {@code @QuarkusTestResource(value = EmbeddedApiServerResource.class, restrictToAnnotatedClass = true)}.
 */
public final class EmbeddedApiServerResource implements QuarkusTestResourceLifecycleManager {
    /** The operator's own; it exists. */
    public static final String NAMESPACE = "nltap";

    private Map<String, String> further = Map.of();
    private Path directory;
    private EmbeddedApiServer server;

    /** @param arguments further settings of the operator */
    @Override
    public void init(Map<String, String> arguments) {
        further = arguments;
    }

    @Override
    public Map<String, String> start() {
        ServerCertificate certificate = makeCertificate();
        server = EmbeddedApiServer.start();
        try (KubernetesClient client = server.newClient()) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(NAMESPACE)
                            .endMetadata()
                            .build())
                    .create();
        }
        Map<String, String> settings = new HashMap<>(further);
        settings.putAll(Map.of(
                "quarkus.kubernetes-client.api-server-url",
                server.url().toString(),
                "nltap.namespace",
                NAMESPACE,
                "nltap.tls-certificate",
                certificate.certificate().toString(),
                "nltap.tls-key",
                certificate.key().toString(),
                "nltap.artifacts-directory",
                directory.toString(),
                "kubernetes.auth.tryKubeConfig",
                "false",
                "kubernetes.auth.tryServiceAccount",
                "false"));
        return settings;
    }

    private ServerCertificate makeCertificate() {
        try {
            directory = Files.createTempDirectory("nltap-operator");
            return ServerCertificate.make(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
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
        if (directory != null) {
            deleteDirectory();
        }
    }

    private void deleteDirectory() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
