// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionStatus;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A real API server, named by {@link #KUBECONFIG} and never by the user's own kubeconfig. The operator comes as its
 * service account, with the rights that the chart gives it.
 */
final class RealTestCluster extends TestCluster {
    /** The environment variable that names the kubeconfig of an administrator. */
    static final String KUBECONFIG = "NLTAP_TEST_KUBECONFIG";

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Path ROOT = Path.of("..");
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("nltap-test")
            .withForce(true)
            .build();

    private final Config config;
    private final KubernetesClient client;
    private final List<HasMetadata> clusterWide = new ArrayList<>();

    RealTestCluster() throws IOException {
        config = Config.fromKubeconfig(Files.readString(Path.of(System.getenv(KUBECONFIG))));
        client = new KubernetesClientBuilder().withConfig(config).build();
        applyDefinitions();
        prepare();
        applyRights();
    }

    @Override
    KubernetesClient admin() {
        return client;
    }

    @Override
    KubernetesClient operatorsClient() {
        String token = client.serviceAccounts()
                .inNamespace(operators)
                .withName("nltap-operator")
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(3600L)
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
        Config own = new ConfigBuilder(Config.empty())
                .withMasterUrl(config.getMasterUrl())
                .withCaCertData(config.getCaCertData())
                .withOauthToken(token)
                .withNamespace(operators)
                .build();
        return new KubernetesClientBuilder().withConfig(own).build();
    }

    @Override
    void awaitReady(String namespace) {
        await().atMost(LONG)
                .until(() -> client.serviceAccounts()
                                .inNamespace(namespace)
                                .withName("default")
                                .get()
                        != null);
    }

    @Override
    public void close() {
        removeWhatIsLeft();
        clusterWide.forEach(object -> client.resource(object).delete());
        client.close();
    }

    private void applyDefinitions() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("crds"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
                CustomResourceDefinition definition = client.getKubernetesSerialization()
                        .unmarshal(Files.readString(file), CustomResourceDefinition.class);
                client.resource(definition).patch(APPLY);
                await().atMost(LONG)
                        .until(() -> isEstablished(client.resource(definition).get()));
            }
        }
    }

    /** A server that is busy answers with a status that has no conditions yet. */
    private static boolean isEstablished(CustomResourceDefinition definition) {
        CustomResourceDefinitionStatus status = definition.getStatus();
        return status != null
                && status.getConditions() != null
                && status.getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True"));
    }

    /** The chart's own rules; what its template language adds to them here is names and labels. */
    private void applyRights() throws IOException {
        client.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("nltap-operator")
                        .withNamespace(operators)
                        .endMetadata()
                        .build())
                .create();
        String template = Files.readString(ROOT.resolve("charts/nltap/templates/rbac-operator.yaml"));
        String yaml = template.lines()
                .filter(line -> !line.contains("{{- /*") && !line.contains("include \"nltap.labels\""))
                .map(line -> line.replace("{{ .Release.Namespace }}", operators))
                .reduce("", (all, line) -> all + line + "\n");
        for (HasMetadata object : client.load(
                        new java.io.ByteArrayInputStream(yaml.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .items()) {
            if (object instanceof ClusterRole || object instanceof ClusterRoleBinding) {
                object.getMetadata().setName(operators);
                clusterWide.add(object);
            }
            if (object instanceof ClusterRoleBinding binding) {
                binding.getRoleRef().setName(operators);
            }
            client.resource(object).create();
        }
    }
}
