// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.api.v1alpha1.NodeCaptureSpec;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddedApiServerTest {
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("tester")
            .withForce(true)
            .build();

    private static EmbeddedApiServer server;
    private static KubernetesClient client;
    private String namespace = "";

    @BeforeAll
    static void start() {
        server = EmbeddedApiServer.start();
        client = server.newClient();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @BeforeEach
    void createNamespace() {
        namespace = "test-" + UUID.randomUUID();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
    }

    @Test
    void statusIsWrittenOnlyThroughItsSubresource() {
        NodeCapture given = nodeCapture("a");
        given.setStatus(NodeCaptureStatus.PENDING);
        NodeCapture created = client.resource(given).create();

        created.setStatus(new NodeCaptureStatus(
                1, NodePhase.DONE, null, null, null, null, null, null, null, null, null, null, null));
        NodeCapture answered = client.resource(created).updateStatus();
        NodeCapture replaced = client.resource(given).inNamespace(namespace).update();

        assertThat(client.resource(nodeCapture("a")).get().getStatus().phase()).isEqualTo(NodePhase.DONE);
        assertThat(answered.getMetadata().getGeneration()).isEqualTo(1);
        assertThat(replaced.getStatus().phase()).isEqualTo(NodePhase.DONE);
    }

    @Test
    void generationGrowsWithTheSpecOnly() {
        NodeCapture created = client.resource(nodeCapture("a")).create();

        NodeCapture labelled = client.resource(created).edit(it -> {
            it.getMetadata().setLabels(Map.of("a", "b"));
            return it;
        });
        NodeCapture stopped = client.resource(labelled).edit(it -> {
            it.setSpec(spec(true));
            return it;
        });

        assertThat(labelled.getMetadata().getGeneration()).isEqualTo(1);
        assertThat(stopped.getMetadata().getGeneration()).isEqualTo(2);
    }

    @Test
    void aWriteThatChangesNothingMakesNoNewVersion() {
        ConfigMap first = client.resource(configMap("a", Map.of("k", "v"))).patch(APPLY);

        ConfigMap again = client.resource(configMap("a", Map.of("k", "v"))).patch(APPLY);

        assertThat(again.getMetadata().getResourceVersion())
                .isEqualTo(first.getMetadata().getResourceVersion());
    }

    @Test
    void applyRemovesWhatItsManagerNoLongerApplies() {
        client.resource(configMap("a", Map.of("ours", "1", "stays", "1"))).patch(APPLY);
        client.resource(configMap("a", Map.of("theirs", "1")))
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager("somebody-else")
                        .build());

        ConfigMap applied =
                client.resource(configMap("a", Map.of("stays", "2"))).patch(APPLY);

        assertThat(applied.getData()).containsExactlyInAnyOrderEntriesOf(Map.of("stays", "2", "theirs", "1"));
    }

    @Test
    void applyMergesListsWithKeysAndReplacesOthers() {
        client.resource(daemonSet(List.of("--old"))).patch(APPLY);
        client.apps()
                .daemonSets()
                .inNamespace(namespace)
                .withName("ds")
                .edit(ds -> new DaemonSetBuilder(ds)
                        .editSpec()
                        .editTemplate()
                        .editSpec()
                        .addNewContainer()
                        .withName("sidecar")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build());

        DaemonSet applied = client.resource(daemonSet(List.of("--new"))).patch(APPLY);

        var containers = applied.getSpec().getTemplate().getSpec().getContainers();
        assertThat(containers).extracting("name").containsExactly("agent", "sidecar");
        assertThat(containers.get(0).getArgs()).containsExactly("--new");
    }

    @Test
    void mergePatchReplacesListsAndRemovesNulls() {
        NodeCapture given = nodeCapture("a");
        given.getMetadata().setFinalizers(List.of("nltap.io/agent", "example.com/other"));
        given.getMetadata().setLabels(Map.of("gone", "soon"));
        client.resource(given).create();

        NodeCapture patched = client.resource(given)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"finalizers\":[\"example.com/other\"],\"labels\":{\"gone\":null}}}");

        assertThat(patched.getMetadata().getFinalizers()).containsExactly("example.com/other");
        assertThat(patched.getMetadata().getLabels()).isNullOrEmpty();
    }

    @Test
    void aStaleWriteIsAConflict() {
        NodeCapture stale = client.resource(nodeCapture("a")).create();
        client.resource(stale).edit(it -> {
            it.setSpec(spec(true));
            return it;
        });

        stale.getMetadata().setLabels(Map.of("late", "true"));

        assertThatThrownBy(() -> client.resource(stale).update())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("the object has been modified");
    }

    @Test
    void deletionWaitsForFinalizersAndRefusesNewOnes() {
        NodeCapture given = nodeCapture("a");
        given.getMetadata().setFinalizers(List.of("nltap.io/agent"));
        client.resource(given).create();

        client.resource(given).delete();
        NodeCapture ending = client.resource(given).get();

        assertThat(ending.getMetadata().getDeletionTimestamp()).isNotNull();
        assertThatThrownBy(() -> client.resource(ending).edit(it -> {
                    it.getMetadata().setFinalizers(List.of("nltap.io/agent", "example.com/late"));
                    return it;
                }))
                .hasMessageContaining("no new finalizers can be added");
        client.resource(ending).edit(it -> {
            it.getMetadata().setFinalizers(List.of());
            return it;
        });
        assertThat(client.resource(given).get()).isNull();
    }

    @Test
    void whatAnObjectOwnsGoesWithIt() {
        ConfigMap owner = client.resource(configMap("owner", Map.of())).create();
        ConfigMap owned = configMap("owned", Map.of());
        owned.getMetadata()
                .setOwnerReferences(List.of(new OwnerReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind("ConfigMap")
                        .withName("owner")
                        .withUid(owner.getMetadata().getUid())
                        .build()));
        client.resource(owned).create();

        client.resource(owner).delete();

        assertThat(client.resource(owned).get()).isNull();
    }

    @Test
    void aNamespaceGoesWhenItIsEmpty() {
        NodeCapture given = nodeCapture("a");
        given.getMetadata().setFinalizers(List.of("nltap.io/agent"));
        client.resource(given).create();

        client.namespaces().withName(namespace).delete();

        assertThat(client.namespaces().withName(namespace).get().getStatus().getPhase())
                .isEqualTo("Terminating");
        client.resource(given).patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
        assertThat(client.namespaces().withName(namespace).get()).isNull();
    }

    @Test
    void aWatchSeesObjectsEnterAndLeaveItsSelector() {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        try (Watch watch = client.pods()
                .inNamespace(namespace)
                .withLabelIn("app", "web", "shop")
                .watch(new Watcher<Pod>() {
                    @Override
                    public void eventReceived(Action action, Pod pod) {
                        seen.add(action + " " + pod.getMetadata().getName());
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                        seen.add("closed");
                    }
                })) {
            Pod other = client.resource(pod("other", "batch")).create();
            Pod web = client.resource(pod("web", "web")).create();
            Pod shop = client.resource(web).edit(it -> relabelled(it, "shop"));
            client.resource(shop).edit(it -> relabelled(it, "batch"));
            client.resource(other).edit(it -> relabelled(it, "web"));

            await().until(() -> seen.size() >= 4);
            assertThat(seen).containsExactly("ADDED web", "MODIFIED web", "DELETED web", "ADDED other");
        }
    }

    @Test
    void anInformerMissesNothingWhenItsWatchIsCut() {
        client.resource(configMap("before", Map.of())).create();
        try (SharedIndexInformer<ConfigMap> informer =
                client.configMaps().inNamespace(namespace).inform()) {
            server.disconnectWatches();
            client.resource(configMap("before", Map.of())).delete();
            client.resource(configMap("after", Map.of())).create();

            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(informer.getStore().list())
                            .extracting(map -> map.getMetadata().getName())
                            .containsExactly("after"));
        }
    }

    @Test
    void aTokenIsGoodForItsAudienceOnly() {
        server.addToken("t0", Identity.podOn("node-1", "nltap", "nltap-agent", "nltap-agent-x", "nltap"));

        TokenReview forUs = tokenReview("t0", "nltap");
        TokenReview forOthers = tokenReview("t0");
        TokenReview unknown = tokenReview("t1", "nltap");

        assertThat(forUs.getStatus().getAuthenticated()).isTrue();
        assertThat(forUs.getStatus().getAudiences()).containsExactly("nltap");
        assertThat(forUs.getStatus().getUser().getUsername()).isEqualTo("system:serviceaccount:nltap:nltap-agent");
        assertThat(forUs.getStatus().getUser().getExtra().get("authentication.kubernetes.io/node-name"))
                .containsExactly("node-1");
        assertThat(forOthers.getStatus().getAuthenticated()).isFalse();
        assertThat(unknown.getStatus().getAuthenticated()).isFalse();
    }

    @Test
    void accessIsDecidedByTheGivenRule() {
        server.authorizeBy(spec -> spec.getUser().equals("alice")
                && spec.getResourceAttributes().getNamespace().equals("shop"));

        assertThat(accessReview("alice", "shop").getStatus().getAllowed()).isTrue();
        assertThat(accessReview("alice", "bank").getStatus().getAllowed()).isFalse();
        assertThat(accessReview("bob", "shop").getStatus().getAllowed()).isFalse();
    }

    @Test
    void nothingIsCreatedInANamespaceThatDoesNotExist() {
        ConfigMap map = configMap("a", Map.of());
        map.getMetadata().setNamespace("nowhere");

        assertThatThrownBy(() -> client.resource(map).create())
                .hasMessageContaining("namespaces \"nowhere\" not found");
    }

    private static TokenReview tokenReview(String token, String... audiences) {
        return client.resource(new TokenReviewBuilder()
                        .withNewSpec()
                        .withToken(token)
                        .withAudiences(audiences)
                        .endSpec()
                        .build())
                .create();
    }

    private static SubjectAccessReview accessReview(String user, String inNamespace) {
        return client.resource(new SubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withUser(user)
                        .withNewResourceAttributes()
                        .withVerb("get")
                        .withGroup("nltap.io")
                        .withResource("netlinkcaptures")
                        .withSubresource("artifacts")
                        .withNamespace(inNamespace)
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .create();
    }

    private NodeCapture nodeCapture(String name) {
        NodeCapture capture = new NodeCapture();
        capture.getMetadata().setName(name);
        capture.getMetadata().setNamespace(namespace);
        capture.setSpec(spec(false));
        return capture;
    }

    private static NodeCaptureSpec spec(boolean stop) {
        return new NodeCaptureSpec(
                "node-1",
                new CaptureRef("shop", "c", "u"),
                null,
                null,
                null,
                null,
                null,
                null,
                "https://gateway:8443",
                stop);
    }

    private ConfigMap configMap(String name, Map<String, String> data) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withData(data)
                .build();
    }

    private DaemonSet daemonSet(List<String> args) {
        return new DaemonSetBuilder()
                .withNewMetadata()
                .withName("ds")
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withNewTemplate()
                .withNewSpec()
                .addNewContainer()
                .withName("agent")
                .withArgs(args)
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private Pod pod(String name, String app) {
        return relabelled(
                new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .endMetadata()
                        .build(),
                app);
    }

    private static Pod relabelled(Pod pod, String app) {
        return new PodBuilder(pod)
                .editMetadata()
                .addToLabels("app", app)
                .endMetadata()
                .build();
    }
}
