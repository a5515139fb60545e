// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.process;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The operator, with its gateway and a filesystem store. */
public final class OperatorProcess implements AutoCloseable {
    /**
     * @param jar quarkus-run.jar of the operator
     * @param namespace of the operator
     * @param agentTemplate YAML of the DaemonSet of the agents
     * @param volume the directory that its filesystem stores are in
     * @param gatewayPort of this machine
     * @param managementPort of this machine, for health and metrics
     */
    public record Settings(
            Path jar,
            String namespace,
            URI apiServer,
            ServerCertificate certificate,
            Path agentTemplate,
            Path volume,
            int gatewayPort,
            int managementPort,
            Path log) {}

    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration GRACE = Duration.ofSeconds(15);

    private final ChildProgram program;
    private final Settings settings;

    private OperatorProcess(ChildProgram program, Settings settings) {
        this.program = program;
        this.settings = settings;
    }

    public static OperatorProcess open(Settings settings) throws IOException {
        Files.createDirectories(settings.volume());
        Map<String, String> environment = Map.ofEntries(
                Map.entry(
                        "QUARKUS_KUBERNETES_CLIENT_API_SERVER_URL",
                        settings.apiServer().toString()),
                Map.entry("NLTAP_NAMESPACE", settings.namespace()),
                Map.entry("NLTAP_GATEWAY_URL", gateway(settings).toString()),
                Map.entry("NLTAP_AGENT_TEMPLATE", settings.agentTemplate().toString()),
                Map.entry("NLTAP_ARTIFACTS_DIRECTORY", settings.volume().toString()),
                Map.entry(
                        "NLTAP_TLS_CERTIFICATE",
                        settings.certificate().certificate().toString()),
                Map.entry("NLTAP_TLS_KEY", settings.certificate().key().toString()),
                Map.entry("QUARKUS_HTTP_HOST", LOOPBACK),
                Map.entry("QUARKUS_MANAGEMENT_HOST", LOOPBACK),
                Map.entry("QUARKUS_HTTP_SSL_PORT", Integer.toString(settings.gatewayPort())),
                Map.entry("QUARKUS_MANAGEMENT_PORT", Integer.toString(settings.managementPort())));
        return new OperatorProcess(
                ChildProgram.open(
                        "operator",
                        JavaProgram.command("-Xmx192m", "-jar", settings.jar().toString()),
                        environment,
                        settings.log(),
                        GRACE),
                settings);
    }

    /** Where agents and users find its gateway. */
    public URI gateway() {
        return gateway(settings);
    }

    private static URI gateway(Settings settings) {
        return URI.create("https://%s:%d".formatted(ServerCertificate.NAME, settings.gatewayPort()));
    }

    public boolean isReady() {
        try {
            URI health = URI.create("http://%s:%d/q/health/ready".formatted(LOOPBACK, settings.managementPort()));
            return ((HttpURLConnection) health.toURL().openConnection()).getResponseCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /**
     * @throws IllegalStateException when the operator has ended
     */
    public void mustRun() {
        program.mustRun();
    }

    @Override
    public void close() {
        program.close();
    }
}
