// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

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

/** Gives the gateway an API server, a certificate and a volume of its own. */
public final class GatewayTestResource implements QuarkusTestResourceLifecycleManager {
    private final Map<String, String> before = new HashMap<>();
    private Path directory;
    private Surroundings surroundings;

    @Override
    public Map<String, String> start() {
        try {
            directory = Files.createTempDirectory("nltap-gateway");
            ServerCertificate certificate = ServerCertificate.make(directory);
            Path volume = Files.createDirectory(directory.resolve("volume"));
            surroundings = new Surroundings(EmbeddedApiServer.start(), certificate.certificate(), volume);
            try (KubernetesClient client = surroundings.server().newClient()) {
                new TestCaptures(client).createNamespaces();
            }
            useServer(surroundings.server().url().toString());
            return Map.of(
                    "nltap.namespace",
                    TestCaptures.OPERATOR_NAMESPACE,
                    "nltap.tls-certificate",
                    certificate.certificate().toString(),
                    "nltap.tls-key",
                    certificate.key().toString(),
                    "nltap.artifacts-directory",
                    volume.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * By what fabric8's client itself looks at: to Quarkus the address of the API server is fixed when the operator is
     * built.
     */
    private void useServer(String url) {
        Map<String, String> properties = Map.of(
                "kubernetes.master", url,
                "kubernetes.auth.tryKubeConfig", "false",
                "kubernetes.auth.tryServiceAccount", "false");
        properties.forEach((name, value) -> before.put(name, System.getProperty(name)));
        properties.forEach(System::setProperty);
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(surroundings, new TestInjector.MatchesType(Surroundings.class));
    }

    @Override
    public void stop() {
        before.forEach((name, value) -> {
            if (value == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
        if (surroundings != null) {
            surroundings.server().close();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
