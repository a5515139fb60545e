// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.nltap.e2e.apiserver.EmbeddedApiServer;
import io.nltap.e2e.process.ChildProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentDaemonTest {
    private final EmbeddedApiServer server = EmbeddedApiServer.start();
    private final KubernetesClient client = server.newClient();
    private final List<String> said = new ArrayList<>();

    @TempDir
    private Path directory;

    @BeforeEach
    void makeNode() {
        Node node =
                new NodeBuilder().withNewMetadata().withName("n1").endMetadata().build();
        client.resource(node).create();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("nltap")
                        .endMetadata()
                        .build())
                .create();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void runsAnAgentWhileTheDaemonSetAdmitsTheNode() {
        try (AgentDaemon daemon = daemon("sleep 60")) {
            daemon.doWork();
            assertThat(daemon.isRunning()).isFalse();

            client.resource(admitting("n1")).create();
            daemon.doWork();
            assertThat(daemon.isRunning()).isTrue();
            assertThat(status().getStatus().getNumberReady()).isEqualTo(1);

            client.resource(admitting("n2")).update();
            daemon.doWork();
            assertThat(daemon.isRunning()).isFalse();
            assertThat(status().getStatus().getNumberReady()).isZero();
        }
        assertThat(said).hasSize(2);
    }

    @Test
    void complainsWithTheLastWordsOfAnAgentThatEnds() {
        client.resource(admitting("n1")).create();
        try (AgentDaemon daemon = daemon("echo no kernel to my taste; exit 3")) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThatThrownBy(daemon::doWork)
                            .hasMessageContaining("agent ended with exit status 3")
                            .hasMessageContaining("no kernel to my taste"));
        }
    }

    private AgentDaemon daemon(String program) {
        return new AgentDaemon(
                client,
                "nltap",
                "n1",
                () -> ChildProgram.open(
                        "agent",
                        List.of("sh", "-c", program),
                        Map.of(),
                        directory.resolve("agent.log"),
                        Duration.ofSeconds(5)),
                said::add);
    }

    private DaemonSet status() {
        return client.apps()
                .daemonSets()
                .inNamespace("nltap")
                .withName("nltap-agent")
                .get();
    }

    private static DaemonSet admitting(String node) {
        return new DaemonSetBuilder()
                .withNewMetadata()
                .withNamespace("nltap")
                .withName("nltap-agent")
                .endMetadata()
                .withNewSpec()
                .withNewTemplate()
                .withNewSpec()
                .withNewAffinity()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .addNewNodeSelectorTerm()
                .addNewMatchField()
                .withKey("metadata.name")
                .withOperator("In")
                .withValues(node)
                .endMatchField()
                .endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .endAffinity()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }
}
