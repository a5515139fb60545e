// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.chart;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.CaptureStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the chart says without a cluster; {@link ChartRealServerTest} installs it on one. */
class ChartTest {

    @Test
    void hasTheVersionOfTheBuild() throws IOException {
        JsonNode described =
                new YAMLMapper().readTree(Chart.DIRECTORY.resolve("Chart.yaml").toFile());
        String pom = Files.readString(Path.of("../pom.xml"));

        assertThat(pom)
                .contains("<version>%s</version>"
                        .formatted(described.get("appVersion").asText()));
        assertThat(described.get("version")).isEqualTo(described.get("appVersion"));
    }

    @Test
    void operatorRunsWithoutPrivilegesAndKeepsFilesOnAVolumeOfTheCluster() {
        List<HasMetadata> manifests = Chart.render(Map.of());

        PodSpec pod = operator(manifests).getSpec().getTemplate().getSpec();
        Container operator = pod.getContainers().get(0);
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getHostNetwork()).isNull();
        assertThat(operator.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(operator.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(operator.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(environment(operator))
                .containsEntry("NLTAP_GATEWAY_URL", "https://nltap-gateway.nltap-system.svc:8443");
        assertThat(volume(pod, "artifacts").getPersistentVolumeClaim().getClaimName())
                .isEqualTo("nltap-artifacts");
        assertThat(volume(pod, "tls").getSecret().getItems())
                .as("the key of the CA stays in its Secret")
                .extracting(item -> item.getKey())
                .containsExactly("tls.crt", "tls.key");
    }

    @Test
    void agentsHaveJustTheCapabilitiesTheyNeed() {
        List<HasMetadata> manifests = Chart.render(Map.of());

        DaemonSet agents = agents(manifests);
        PodSpec pod = agents.getSpec().getTemplate().getSpec();
        Container agent = pod.getContainers().get(0);
        Capabilities capabilities = agent.getSecurityContext().getCapabilities();
        assertThat(agents.getSpec().getUpdateStrategy().getType()).isEqualTo("OnDelete");
        assertThat(pod.getHostPID()).isTrue();
        assertThat(pod.getHostNetwork()).isNull();
        assertThat(agent.getSecurityContext().getPrivileged()).isFalse();
        assertThat(agent.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(capabilities.getDrop()).containsExactly("ALL");
        assertThat(capabilities.getAdd())
                .containsExactlyInAnyOrder(
                        "SYS_ADMIN", "SYS_PTRACE", "NET_ADMIN", "NET_RAW", "SYS_MODULE", "DAC_READ_SEARCH");
        assertThat(volume(pod, "token")
                        .getProjected()
                        .getSources()
                        .get(0)
                        .getServiceAccountToken()
                        .getAudience())
                .isEqualTo(Api.TOKEN_AUDIENCE);
        assertThat(volume(pod, "gateway-ca").getSecret().getItems())
                .extracting(item -> item.getKey())
                .containsExactly("ca.crt");
        assertThat(agents.getSpec().getTemplate().getMetadata().getLabels())
                .containsAllEntriesOf(agents.getSpec().getSelector().getMatchLabels());
    }

    @Test
    void operatorOnTheNetworkOfANodeIsReachedByThatNodesAddress() throws GeneralSecurityException {
        List<HasMetadata> manifests = Chart.render(Map.of(
                "operator.hostNetwork", "true",
                "operator.nodeSelector.kubernetes\\.io/hostname", "n1",
                "gateway.url", "https://10.77.0.11:8443",
                "gateway.tls.extraIPs[0]", "10.77.0.11"));

        PodSpec pod = operator(manifests).getSpec().getTemplate().getSpec();
        assertThat(pod.getHostNetwork()).isTrue();
        assertThat(pod.getDnsPolicy()).isEqualTo("ClusterFirstWithHostNet");
        assertThat(pod.getNodeSelector()).containsExactly(Map.entry("kubernetes.io/hostname", "n1"));
        assertThat(environment(pod.getContainers().get(0)))
                .containsEntry("NLTAP_GATEWAY_URL", "https://10.77.0.11:8443");
        assertThat(names(certificate(manifests, "tls.crt")))
                .contains("10.77.0.11", "nltap-gateway.nltap-system.svc", "localhost");
    }

    @Test
    void certificateIsOfAnAuthorityOfItsOwn() throws GeneralSecurityException {
        List<HasMetadata> manifests = Chart.render(Map.of("gateway.tls.extraDNSNames[0]", "captures.example.com"));

        X509Certificate certificate = certificate(manifests, "tls.crt");
        certificate.verify(certificate(manifests, "ca.crt").getPublicKey());
        assertThat(names(certificate)).contains("captures.example.com", "nltap-gateway.nltap-system.svc");
    }

    @Test
    void whoeverIsSignedInMayReadTheAuthorityAndNothingElseOfTheGateway() {
        List<HasMetadata> manifests = Chart.render(Map.of());

        String authority =
                one(manifests, Secret.class, "nltap-gateway-tls").getData().get("ca.crt");
        assertThat(one(manifests, ConfigMap.class, "nltap-gateway-ca").getData())
                .containsExactly(
                        Map.entry("ca.crt", new String(Base64.getDecoder().decode(authority), US_ASCII)));
        assertThat(one(manifests, Role.class, "nltap-gateway-ca").getRules())
                .singleElement()
                .satisfies(rule -> {
                    assertThat(rule.getResources()).containsExactly("configmaps");
                    assertThat(rule.getResourceNames()).containsExactly("nltap-gateway-ca");
                    assertThat(rule.getVerbs()).containsExactly("get");
                });
        assertThat(one(manifests, RoleBinding.class, "nltap-gateway-ca").getSubjects())
                .extracting(Subject::getKind, Subject::getName)
                .containsExactly(tuple("Group", "system:authenticated"));
    }

    @Test
    void oldClustersGetTheAnnotationOfAppArmorAndMustDoWithoutTheAdmissionPolicy() {
        List<HasMetadata> manifests = Chart.render("1.29.0", Map.of("agent.admissionPolicy.enabled", "false"));

        assertThat(agents(manifests).getSpec().getTemplate().getMetadata().getAnnotations())
                .containsEntry("container.apparmor.security.beta.kubernetes.io/agent", "unconfined");
        assertThatThrownBy(() -> Chart.render("1.29.0", Map.of()))
                .hasMessageContaining("This cluster has no ValidatingAdmissionPolicy (Kubernetes 1.30 has).");
        assertThatThrownBy(() -> Chart.render("1.28.0", Map.of()))
                .hasMessageContaining("chart requires kubeVersion: >=1.29.0-0");
    }

    @Test
    void ownCertificateIsUsedInsteadOfOneOfTheChart() {
        List<HasMetadata> manifests = Chart.render(Map.of("gateway.tls.existingSecret", "from-cert-manager"));

        assertThat(manifests).noneMatch(Secret.class::isInstance);
        assertThat(manifests)
                .noneMatch(manifest -> manifest.getMetadata().getName().equals("nltap-gateway-ca"));
        assertThat(volume(operator(manifests).getSpec().getTemplate().getSpec(), "tls")
                        .getSecret()
                        .getSecretName())
                .isEqualTo("from-cert-manager");
        assertThat(volume(agents(manifests).getSpec().getTemplate().getSpec(), "gateway-ca")
                        .getSecret()
                        .getSecretName())
                .isEqualTo("from-cert-manager");
    }

    @Test
    void defaultStoreIsADirectoryOfTheVolume() {
        List<HasMetadata> manifests = Chart.render(Map.of("store.filesystem.directory", "incidents"));

        assertThat(defaultStore(manifests).getSpec().filesystem().directory()).isEqualTo("incidents");
        assertThat(defaultStore(manifests).getSpec().s3()).isNull();
    }

    @Test
    void defaultStoreCanBeABucketWithCredentialsOfTheChart() {
        List<HasMetadata> manifests = Chart.render(Map.of(
                "store.type", "s3",
                "store.s3.bucket", "captures",
                "store.s3.endpoint", "https://minio.example.com:9000",
                "store.s3.prefix", "clusters/prod",
                "store.s3.pathStyle", "true",
                "store.s3.accessKeyId", "id",
                "store.s3.secretAccessKey", "secret"));

        var s3 = defaultStore(manifests).getSpec().s3();
        assertThat(s3.bucket()).isEqualTo("captures");
        assertThat(s3.endpoint()).isEqualTo("https://minio.example.com:9000");
        assertThat(s3.prefix()).isEqualTo("clusters/prod");
        assertThat(s3.pathStyle()).isTrue();
        assertThat(one(manifests, Secret.class, s3.credentialsSecret()).getStringData())
                .containsOnly(Map.entry("accessKeyId", "id"), Map.entry("secretAccessKey", "secret"));
    }

    @Test
    void bucketWithoutCredentialsIsReachedAsTheOperatorsOwnIdentity() {
        List<HasMetadata> manifests = Chart.render(Map.of("store.type", "s3", "store.s3.bucket", "captures"));

        assertThat(defaultStore(manifests).getSpec().s3().credentialsSecret()).isNull();
    }

    @Test
    void anAuthorityForTheBucketReachesOperatorAndAgents() {
        List<HasMetadata> manifests = Chart.render(
                Map.of("store.type", "s3", "store.s3.bucket", "captures", "store.s3.caConfigMap", "company-ca"));

        for (PodSpec pod : List.of(
                operator(manifests).getSpec().getTemplate().getSpec(),
                agents(manifests).getSpec().getTemplate().getSpec())) {
            assertThat(environment(pod.getContainers().get(0)))
                    .containsEntry("NLTAP_STORE_CA_FILE", "/etc/nltap/store/ca.crt");
            assertThat(volume(pod, "store-ca").getConfigMap().getName()).isEqualTo("company-ca");
        }
    }

    @Test
    void withoutAVolumeTheUserIsWarned() {
        List<HasMetadata> manifests = Chart.render(Map.of("artifacts.persistence.enabled", "false"));
        String notes = Chart.notes(Map.of("artifacts.persistence.enabled", "false"));

        assertThat(volume(operator(manifests).getSpec().getTemplate().getSpec(), "artifacts")
                        .getEmptyDir())
                .isNotNull();
        assertThat(notes).contains("WARNING: artifacts.persistence.enabled is false");
    }

    @Test
    void theUserIsToldHowToFetchAFileThatWiresharkOpens() {
        String notes = Chart.notes(Map.of());

        assertThat(notes)
                .contains("KEY=$(kubectl get netlinkcapture first -o jsonpath="
                        + "'{.status.artifacts[?(@.kind==\"Segment\")].key}' | cut -d' ' -f1)")
                .contains("wireshark $(basename $KEY)");
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    operator.replicas             | 2                  | additional properties 'replicas' not allowed
                    operator.nodeTimeout          | soon               | '/operator/nodeTimeout': 'soon' does not match pattern
                    operator.logLevel             | LOUD               | value must be one of 'TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'
                    operator.image.pullPolicy     | never              | value must be one of 'Always', 'IfNotPresent', 'Never'
                    agent.spoolBytes              | lots               | '/agent/spoolBytes': 'lots' does not match pattern
                    agent.stateDirectory          | var/lib            | '/agent/stateDirectory': 'var/lib' does not match pattern
                    gateway.port                  | 443                | '/gateway/port': minimum: got 443, want 1,024
                    gateway.url                   | http://gateway     | '/gateway/url': 'http://gateway' does not match pattern
                    gateway.url                   | https://10.1.1.1   | gateway.url names 10.1.1.1, but the certificate is not made for it: add it to gateway.tls.extraIPs or gateway.tls.extraDNSNames.
                    gateway.tls.extraIPs[0]       | here               | 'here' is not valid ipv4
                    store.type                    | ftp                | '/store/type': value must be one of 'filesystem', 's3'
                    store.type                    | s3                 | store.type is s3: set store.s3.bucket to the name of a bucket that exists
                    store.filesystem.directory    | ../etc             | '/store/filesystem/directory': '../etc' does not match pattern
                    artifacts.persistence.size    | big                | '/artifacts/persistence/size': 'big' does not match pattern
                    """)
    void badValuesAreRefusedWithASentence(String key, String value, String sentence) {
        assertThatThrownBy(() -> Chart.render(Map.of(key, value)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void halfACredentialIsRefused() {
        Map<String, String> values = new HashMap<>(Map.of("store.type", "s3", "store.s3.bucket", "captures"));
        values.put("store.s3.accessKeyId", "id");

        assertThatThrownBy(() -> Chart.render(values))
                .hasMessageContaining("store.s3.accessKeyId and store.s3.secretAccessKey go together");
    }

    @Test
    void lintHasNothingToSay() {
        var result = Chart.lint();

        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    }

    private static Deployment operator(List<HasMetadata> manifests) {
        return one(manifests, Deployment.class, "nltap-operator");
    }

    private static DaemonSet agents(List<HasMetadata> manifests) {
        String yaml = one(manifests, ConfigMap.class, "nltap-agent-template")
                .getData()
                .get("daemonset.yaml");
        return Serialization.unmarshal(yaml, DaemonSet.class);
    }

    private static CaptureStore defaultStore(List<HasMetadata> manifests) {
        return one(manifests, CaptureStore.class, "default");
    }

    private static <T extends HasMetadata> T one(List<HasMetadata> manifests, Class<T> type, String name) {
        String kind = HasMetadata.getKind(type);
        return manifests.stream()
                .filter(manifest -> manifest.getKind().equals(kind))
                .filter(manifest -> manifest.getMetadata().getName().equals(name))
                .map(manifest -> Serialization.unmarshal(Serialization.asJson(manifest), type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no %s %s".formatted(kind, name)));
    }

    private static X509Certificate certificate(List<HasMetadata> manifests, String key)
            throws GeneralSecurityException {
        String encoded =
                one(manifests, Secret.class, "nltap-gateway-tls").getData().get(key);
        byte[] pem = Base64.getDecoder().decode(encoded);
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
    }

    private static List<String> names(X509Certificate certificate) throws GeneralSecurityException {
        return certificate.getSubjectAlternativeNames().stream()
                .map(name -> name.get(1).toString())
                .toList();
    }

    private static Map<String, String> environment(Container container) {
        Map<String, String> environment = new HashMap<>();
        for (EnvVar variable : container.getEnv()) {
            environment.put(variable.getName(), variable.getValue());
        }
        return environment;
    }

    private static Volume volume(PodSpec pod, String name) {
        return pod.getVolumes().stream()
                .filter(volume -> volume.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
