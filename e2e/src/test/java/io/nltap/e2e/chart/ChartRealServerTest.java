// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.api.v1alpha1.CaptureStore;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.api.v1alpha1.NodeCaptureSpec;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chart on a real API server: what it lets whom do, and that it goes as it came. */
@EnabledIfEnvironmentVariable(
        named = ChartRealServerTest.KUBECONFIG,
        matches = ".+",
        disabledReason = "needs an API server: name its kubeconfig in " + ChartRealServerTest.KUBECONFIG)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ChartRealServerTest {
    static final String KUBECONFIG = "NLTAP_TEST_KUBECONFIG";

    private static final String NAMESPACE = "nltap-chart-test";
    private static final String RELEASE = "nltap";
    private static final Map<String, String> VALUES = Map.of("networkPolicy.enabled", "true");

    private static Path kubeconfig;
    private static Config config;
    private static KubernetesClient client;

    @BeforeAll
    static void install() {
        kubeconfig = Path.of(System.getenv(KUBECONFIG)).toAbsolutePath();
        config = Config.fromKubeconfig(kubeconfig.toFile());
        client = new KubernetesClientBuilder().withConfig(config).build();
        var install = new Helm(Chart.DIRECTORY)
                .install()
                .withName(RELEASE)
                .withNamespace(NAMESPACE)
                .createNamespace()
                .withKubeConfig(kubeconfig);
        VALUES.forEach(install::set);
        install.call();
        await().atMost(Duration.ofSeconds(30)).until(ChartRealServerTest::policyIsEnforced);
    }

    @AfterAll
    static void uninstall() {
        if (client != null) {
            Helm.uninstall(RELEASE)
                    .withNamespace(NAMESPACE)
                    .withKubeConfig(kubeconfig)
                    .ignoreNotFound()
                    .call();
            removeNamespace();
            client.close();
        }
    }

    @ParameterizedTest(name = "{0}: {1} {2} in {3}")
    @Order(1)
    @CsvSource(delimiter = '|', textBlock = """
                    nltap-operator | list   | pods                              | kube-system      | true
                    nltap-operator | patch  | netlinkcaptures.nltap.io/status   | default          | true
                    nltap-operator | create | nodecaptures.nltap.io             | nltap-chart-test | true
                    nltap-operator | create | nodecaptures.nltap.io             | default          | false
                    nltap-operator | get    | secrets                           | nltap-chart-test | true
                    nltap-operator | watch  | secrets                           | nltap-chart-test | true
                    nltap-operator | get    | secrets                           | default          | false
                    nltap-operator | get    | deployments.apps                  | nltap-chart-test | true
                    nltap-operator | create | pods                              | nltap-chart-test | false
                    nltap-operator | create | daemonsets.apps                   | nltap-chart-test | true
                    nltap-operator | create | daemonsets.apps                   | default          | false
                    nltap-agent    | list   | nodecaptures.nltap.io             | nltap-chart-test | true
                    nltap-agent    | patch  | nodecaptures.nltap.io/status      | nltap-chart-test | true
                    nltap-agent    | create | nodecaptures.nltap.io/artifacts   | nltap-chart-test | true
                    nltap-agent    | create | nodecaptures.nltap.io             | nltap-chart-test | false
                    nltap-agent    | delete | nodecaptures.nltap.io             | nltap-chart-test | false
                    nltap-agent    | list   | pods                              | nltap-chart-test | false
                    nltap-agent    | get    | secrets                           | nltap-chart-test | false
                    nltap-agent    | get    | nodes                             | nltap-chart-test | false
                    nltap-agent    | get    | netlinkcaptures.nltap.io          | default          | false
                    """)
    void everyAccountMayDoWhatItNeedsAndNoMore(
            String account, String verb, String resource, String namespace, boolean allowed) {
        String[] parts = resource.split("/");
        String[] names = parts[0].split("\\.", 2);
        SubjectAccessReview review = new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(serviceAccount(account))
                .withNewResourceAttributes()
                .withVerb(verb)
                .withNamespace(namespace)
                .withResource(names[0])
                .withGroup(names.length > 1 ? names[1] : "")
                .withSubresource(parts.length > 1 ? parts[1] : null)
                .endResourceAttributes()
                .endSpec()
                .build();

        assertThat(client.resource(review).create().getStatus().getAllowed()).isEqualTo(allowed);
    }

    @Test
    @Order(2)
    void anAgentAnswersForItsOwnNodeOnly() {
        NodeCapture own = order("own", "node-a");
        NodeCapture other = order("other", "node-b");

        try (KubernetesClient agent = agentOn("node-a")) {
            NodeCapture answered = agent.resource(withStatus(own)).updateStatus();

            assertThat(answered.getStatus()).isEqualTo(NodeCaptureStatus.PENDING);
            assertThatThrownBy(() -> agent.resource(withStatus(other)).updateStatus())
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("the agent of node node-a may not answer for node node-b");
        }
    }

    @Test
    @Order(3)
    void anAgentChangesNothingOfItsOrderButTheFinalizers() {
        order("finalizers", "node-a");

        try (KubernetesClient agent = agentOn("node-a")) {
            Resource<NodeCapture> resource =
                    agent.resources(NodeCapture.class).inNamespace(NAMESPACE).withName("finalizers");
            NodeCapture released = resource.edit(it -> {
                it.getMetadata().setFinalizers(List.of("nltap.io/agent"));
                return it;
            });

            assertThat(released.getMetadata().getFinalizers()).containsExactly("nltap.io/agent");
            assertThatThrownBy(() -> resource.edit(it -> {
                        it.getMetadata().setLabels(Map.of("nltap.io/node", "node-b"));
                        return it;
                    }))
                    .hasMessageContaining("an agent may change nothing of a NodeCapture but its status and finalizers");
        }
    }

    @Test
    @Order(4)
    void aTokenThatNamesNoNodeIsNoAgents() {
        NodeCapture order = order("no-node", "node-a");
        TokenRequest request = new TokenRequestBuilder().withNewSpec().endSpec().build();

        try (KubernetesClient agent = withToken(request)) {
            assertThatThrownBy(() -> agent.resource(withStatus(order)).updateStatus())
                    .hasMessageContaining("the token of this agent names no node");
        }
    }

    @Test
    @Order(5)
    void whoeverIsSignedInMayReadWhatVouchesForTheGatewayButNotItsKey() {
        Config somebody = new ConfigBuilder(config)
                .withImpersonateUsername("somebody")
                .withImpersonateGroups("system:authenticated")
                .build();

        try (KubernetesClient tenant =
                new KubernetesClientBuilder().withConfig(somebody).build()) {
            String read = tenant.configMaps()
                    .inNamespace(NAMESPACE)
                    .withName("nltap-gateway-ca")
                    .get()
                    .getData()
                    .get("ca.crt");

            assertThat(read.getBytes(StandardCharsets.US_ASCII))
                    .isEqualTo(Base64.getDecoder().decode(tls("ca.crt")));
            assertThatThrownBy(() -> tenant.secrets()
                            .inNamespace(NAMESPACE)
                            .withName("nltap-gateway-tls")
                            .get())
                    .hasMessageContaining("cannot get resource \"secrets\"");
        }
    }

    @Test
    @Order(6)
    void certificateIsKeptOverUpgradesUntilItsNamesChange() {
        String authority = tls("ca.crt");
        String first = tls("tls.crt");

        upgrade(Map.of("operator.logLevel", "DEBUG"));
        String kept = tls("tls.crt");
        upgrade(Map.of("gateway.tls.extraDNSNames[0]", "captures.example.com"));

        assertThat(kept).isEqualTo(first);
        assertThat(tls("tls.crt")).isNotEqualTo(first);
        assertThat(tls("ca.crt")).isEqualTo(authority);
    }

    @Test
    @Order(7)
    void uninstallLeavesTheDefinitionsAndTheCapturedFilesOnly() {
        Helm.uninstall(RELEASE)
                .withNamespace(NAMESPACE)
                .withKubeConfig(kubeconfig)
                .call();

        assertThat(client.persistentVolumeClaims().inNamespace(NAMESPACE).list().getItems())
                .hasSize(1);
        assertThat(client.resources(CaptureStore.class).withName("default").get())
                .isNull();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(List.of(
                                client.apps()
                                        .deployments()
                                        .inNamespace(NAMESPACE)
                                        .list()
                                        .getItems(),
                                client.services().inNamespace(NAMESPACE).list().getItems(),
                                client.secrets().inNamespace(NAMESPACE).list().getItems(),
                                client.network()
                                        .v1()
                                        .networkPolicies()
                                        .inNamespace(NAMESPACE)
                                        .list()
                                        .getItems()))
                        .allSatisfy(left -> assertThat(left).isEmpty()));
        assertThat(client.rbac().clusterRoles().withName("nltap-operator").get())
                .isNull();
        assertThat(client.rbac().clusterRoles().withName("nltap-edit").get()).isNull();
    }

    private static void upgrade(Map<String, String> values) {
        var upgrade = new Helm(Chart.DIRECTORY)
                .upgrade()
                .withName(RELEASE)
                .withNamespace(NAMESPACE)
                .withKubeConfig(kubeconfig);
        VALUES.forEach(upgrade::set);
        values.forEach(upgrade::set);
        upgrade.call();
    }

    private static String tls(String key) {
        return client.secrets()
                .inNamespace(NAMESPACE)
                .withName("nltap-gateway-tls")
                .get()
                .getData()
                .get(key);
    }

    /** The API server takes a moment to notice a policy and its binding. */
    private static boolean policyIsEnforced() {
        NodeCapture probe = order("probe", "node-a");
        try (KubernetesClient agent =
                withToken(new TokenRequestBuilder().withNewSpec().endSpec().build())) {
            agent.resource(withStatus(probe)).updateStatus();
            return false;
        } catch (KubernetesClientException e) {
            return true;
        } finally {
            client.resource(probe).delete();
        }
    }

    private static NodeCapture order(String name, String node) {
        NodeCapture order = new NodeCapture();
        order.setMetadata(metadata(name));
        order.setSpec(new NodeCaptureSpec(
                node,
                new CaptureRef("default", "capture", "uid"),
                null,
                null,
                null,
                null,
                null,
                null,
                "https://gateway.example.com:8443",
                false));
        return client.resource(order).create();
    }

    private static NodeCapture withStatus(NodeCapture order) {
        order.setStatus(NodeCaptureStatus.PENDING);
        return order;
    }

    /** With a token as the kubelet gets one for a pod on that node. */
    private static KubernetesClient agentOn(String node) {
        Pod pod = new PodBuilder()
                .withMetadata(metadata("agent-on-" + node))
                .withNewSpec()
                .withNodeName(node)
                .withServiceAccountName("nltap-agent")
                .addNewContainer()
                .withName("agent")
                .withImage("none")
                .endContainer()
                .endSpec()
                .build();
        client.resource(pod).serverSideApply();
        pod = client.resource(pod).get();
        return withToken(new TokenRequestBuilder()
                .withNewSpec()
                .withNewBoundObjectRef(
                        "v1",
                        "Pod",
                        pod.getMetadata().getName(),
                        pod.getMetadata().getUid())
                .endSpec()
                .build());
    }

    private static KubernetesClient withToken(TokenRequest request) {
        String token = client.serviceAccounts()
                .inNamespace(NAMESPACE)
                .withName("nltap-agent")
                .tokenRequest(request)
                .getStatus()
                .getToken();
        Config asAgent = new ConfigBuilder(Config.empty())
                .withMasterUrl(config.getMasterUrl())
                .withCaCertFile(config.getCaCertFile())
                .withCaCertData(config.getCaCertData())
                .withOauthToken(token)
                .withNamespace(NAMESPACE)
                .build();
        return new KubernetesClientBuilder().withConfig(asAgent).build();
    }

    private static ObjectMeta metadata(String name) {
        return new ObjectMetaBuilder().withName(name).withNamespace(NAMESPACE).build();
    }

    private static String serviceAccount(String name) {
        return "system:serviceaccount:" + NAMESPACE + ":" + name;
    }

    /** Without kubelets pods never end by themselves, so they are removed as kubelets would. */
    private static void removeNamespace() {
        client.pods().inNamespace(NAMESPACE).withGracePeriod(0).delete();
        var orders = client.resources(NodeCapture.class).inNamespace(NAMESPACE);
        for (NodeCapture order : orders.list().getItems()) { // nor is there an agent that would release its order
            orders.resource(order).edit(it -> {
                it.getMetadata().setFinalizers(List.of());
                return it;
            });
        }
        client.namespaces().withName(NAMESPACE).delete();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> client.namespaces().withName(NAMESPACE).get() == null);
    }
}
