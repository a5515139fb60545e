// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.nltap.api.definition.SampleResources.Refused;
import io.nltap.api.v1alpha1.AnalysisCounts;
import io.nltap.api.v1alpha1.AnalysisSpec;
import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.CaptureFinding;
import io.nltap.api.v1alpha1.Compression;
import io.nltap.api.v1alpha1.Filter;
import io.nltap.api.v1alpha1.Limits;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NetlinkCaptureSpec;
import io.nltap.api.v1alpha1.NetlinkCaptureStatus;
import io.nltap.api.v1alpha1.Output;
import io.nltap.api.v1alpha1.RedactionMode;
import io.nltap.api.v1alpha1.Segments;
import io.nltap.api.v1alpha1.Targets;
import java.io.File;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a real API server says to our definitions and resources. */
@EnabledIfEnvironmentVariable(
        named = DefinitionsRealServerTest.KUBECONFIG,
        matches = ".+",
        disabledReason = "needs an API server: name its kubeconfig in " + DefinitionsRealServerTest.KUBECONFIG)
class DefinitionsRealServerTest {
    static final String KUBECONFIG = "NLTAP_TEST_KUBECONFIG";

    private static KubernetesClient client;
    private static String namespace;

    static Stream<Refused> refused() {
        return SampleResources.refused().stream();
    }

    static Stream<JsonNode> examples() {
        return RefusalsTest.examples();
    }

    @BeforeAll
    static void installDefinitions() {
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(new File(System.getenv(KUBECONFIG))))
                .build();
        for (CustomResourceDefinition crd : Definitions.generate()) {
            // The committed file, not the generated model: it is what users apply.
            var committed = client.apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .load(Path.of(Definitions.fileName(crd)).toFile());
            committed.forceConflicts().serverSideApply();
            committed.waitUntilCondition(DefinitionsRealServerTest::isEstablished, 30, TimeUnit.SECONDS);
        }
        var made = new NamespaceBuilder()
                .withMetadata(
                        new ObjectMetaBuilder().withGenerateName("nltap-crds-").build())
                .build();
        namespace = client.resource(made).create().getMetadata().getName();
    }

    @AfterAll
    static void removeNamespace() {
        if (client != null) {
            client.namespaces().withName(namespace).delete();
            client.close();
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void badInputIsRefusedWithASentence(Refused refused) {
        List<JsonNode> documents = refused.documents();
        for (JsonNode before : documents.subList(0, documents.size() - 1)) {
            resource(before).create();
        }

        var refusal = catchThrowableOfType(KubernetesClientException.class, () -> {
            Resource<GenericKubernetesResource> bad = resource(documents.get(documents.size() - 1));
            if (documents.size() == 1) {
                bad.create();
            } else {
                bad.patch();
            }
        });
        documents.forEach(document -> resource(document).delete());

        assertThat(refusal).isNotNull();
        assertThat(refusal.getCode()).isEqualTo(422);
        assertThat(refusal.getMessage()).contains(refused.refusals());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void examplesAreAccepted(JsonNode example) {
        assertThat(resource(example).dryRun().create()).isNotNull();
    }

    @Test
    void serverAndJavaTypesHaveTheSameDefaults() {
        var asked = DefinitionYaml.YAML.createObjectNode();
        asked.put("apiVersion", "nltap.io/v1alpha1").put("kind", "NetlinkCapture");
        asked.putObject("metadata").put("name", "defaults");
        asked.putObject("spec").putObject("targets").putObject("podSelector");

        GenericKubernetesResource answer = resource(asked).create();
        NetlinkCapture capture = client.resources(NetlinkCapture.class)
                .inNamespace(namespace)
                .withName("defaults")
                .get();

        assertThat(answer.<String>get("spec", "limits", "duration")).isEqualTo(Limits.DEFAULT.duration());
        assertThat(capture.getSpec())
                .isEqualTo(new NetlinkCaptureSpec(
                        capture.getSpec().targets(),
                        Filter.DEFAULT,
                        Limits.DEFAULT,
                        Segments.DEFAULT,
                        AnalysisSpec.DEFAULT,
                        RedactionMode.KEYS,
                        Output.DEFAULT,
                        false));
    }

    @Test
    void resourcesMadeOfJavaTypesAreAcceptedAsTheyAre() {
        NetlinkCapture capture = new NetlinkCapture();
        capture.setMetadata(new ObjectMetaBuilder()
                .withName("from-java")
                .withNamespace(namespace)
                .build());
        capture.setSpec(new NetlinkCaptureSpec(
                new Targets(null, List.of("web-0"), null),
                null,
                null,
                null,
                new Output("other", Compression.NONE, null),
                false));
        NetlinkCapture created = client.resource(capture).create();

        CaptureFinding finding = new CaptureFinding(
                "A1",
                "2026-01-02T03:04:05.123456789Z",
                null,
                "w".repeat(1000),
                "w".repeat(1000),
                "w".repeat(1000),
                "node-1");
        created.setStatus(new NetlinkCaptureStatus(
                1,
                null,
                null,
                "2026-01-02T03:04:05Z",
                null,
                0,
                null,
                null,
                null,
                new AnalysisCounts(1, 2, 3, 4),
                Collections.nCopies(NetlinkCaptureStatus.MAX_FINDINGS, finding),
                List.of(new Artifact("shop/from-java/uid/report.html", 7, "0".repeat(64)))));
        NetlinkCapture updated = client.resource(created).updateStatus();

        assertThat(updated.getSpec()).isEqualTo(capture.getSpec());
        assertThat(updated.getStatus()).isEqualTo(created.getStatus());
    }

    private static boolean isEstablished(CustomResourceDefinition crd) {
        return crd != null
                && crd.getStatus() != null
                && crd.getStatus().getConditions() != null
                && crd.getStatus().getConditions().stream()
                        .anyMatch(it -> it.getType().equals("Established")
                                && it.getStatus().equals("True"));
    }

    private static Resource<GenericKubernetesResource> resource(JsonNode document) {
        GenericKubernetesResource resource =
                client.getKubernetesSerialization().convertValue(document, GenericKubernetesResource.class);
        if (!resource.getKind().equals("CaptureStore")) {
            resource.getMetadata().setNamespace(namespace);
        }
        return client.resource(resource);
    }
}
