// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.nltap.api.v1alpha1.Amounts;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.ArtifactRole;
import io.nltap.api.v1alpha1.CapturePhase;
import io.nltap.api.v1alpha1.Condition;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NetlinkCaptureStatus;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.NodeTarget;
import io.nltap.api.v1alpha1.TargetScope;
import io.nltap.operator.plan.AgentDaemonSet;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds for captures on every API server. */
abstract class CaptureContract {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT_TIMEOUT = Duration.ofSeconds(3);

    TestCluster cluster;
    RunningOperator operator;

    abstract TestCluster openCluster() throws Exception;

    @BeforeEach
    void open() throws Exception {
        cluster = openCluster();
        cluster.createNode("n1");
        cluster.createNode("n2");
        operator = RunningOperator.start(cluster);
    }

    @AfterEach
    void close() throws Exception {
        if (operator != null) {
            operator.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void everyNodeWithTargetsGetsAnOrderAndAnAgent() {
        cluster.runningPod("web-1", "web", "n1");
        cluster.runningPod("web-2", "web", "n2");
        cluster.runningPod("other", "batch", "n2");

        NetlinkCapture capture = applyForWeb("slow-dns");

        eventually(() -> assertThat(cluster.orders()).hasSize(2));
        NodeCapture order = new FakeAgent(cluster, "n1").order();
        assertThat(order.getMetadata().getFinalizers()).containsExactly(Api.AGENT_FINALIZER);
        assertThat(order.getMetadata().getLabels())
                .containsEntry(Api.NODE_LABEL, cluster.node("n1"))
                .containsEntry(Api.CAPTURE_UID_LABEL, capture.getMetadata().getUid());
        assertThat(order.getSpec().capture().uid())
                .isEqualTo(capture.getMetadata().getUid());
        assertThat(order.getSpec().gateway()).isEqualTo("https://nltap-gateway.nltap.svc:8443");
        assertThat(order.getSpec().targets()).extracting(NodeTarget::podName).containsExactly("web-1");
        assertThat(order.getSpec().targets().get(0).containers().get(0).id()).hasSize(64);
        eventually(() -> assertThat(nodesOfAgents()).containsExactly(cluster.node("n1"), cluster.node("n2")));
        eventually(() -> {
            assertThat(status("slow-dns").phase()).isEqualTo(CapturePhase.PENDING);
            assertThat(condition("slow-dns", "TargetsResolved")).isEqualTo("True Resolved: 2 pods on 2 nodes");
            assertThat(condition("slow-dns", "AgentsReady")).startsWith("False WaitingForAgents: 2 of 2 nodes");
            assertThat(status("slow-dns").nodesDone()).isEqualTo("0/2");
        });
    }

    @Test
    void theAnswersOfTheNodesBecomeTheStatus() {
        cluster.runningPod("web-1", "web", "n1");
        cluster.runningPod("web-2", "web", "n2");
        applyForWeb("slow-dns");
        FakeAgent n1 = new FakeAgent(cluster, "n1");
        FakeAgent n2 = new FakeAgent(cluster, "n2");

        n1.captures();
        n2.captures();
        eventually(() -> {
            assertThat(status("slow-dns").phase()).isEqualTo(CapturePhase.CAPTURING);
            assertThat(status("slow-dns").pods()).isEqualTo(2);
            assertThat(status("slow-dns").totals().messages()).isEqualTo(20);
        });
        n1.uploads();
        n2.uploads();
        eventually(() -> assertThat(status("slow-dns").phase()).isEqualTo(CapturePhase.UPLOADING));
        n1.isDone();
        eventually(() -> assertThat(nodesOfAgents()).containsExactly(cluster.node("n2")));
        n2.isDone();

        eventually(() -> assertThat(status("slow-dns").phase()).isEqualTo(CapturePhase.SUCCEEDED));
        NetlinkCaptureStatus status = status("slow-dns");
        assertThat(condition("slow-dns", "Complete"))
                .isEqualTo("True Succeeded: ended as asked: limits.duration reached");
        assertThat(condition("slow-dns", "Uploaded")).isEqualTo("True Stored: all of 2 segments are in the store");
        assertThat(status.completionTime()).isNotNull();
        assertThat(status.nodesDone()).isEqualTo("2/2");
        assertThat(status.artifacts())
                .first()
                .satisfies(artifact -> assertThat(artifact.kind()).isEqualTo(ArtifactRole.REPORT));
        assertThat(status.artifacts())
                .hasSize(3)
                .allSatisfy(artifact -> assertThat(artifact.sha256()).hasSize(64));
        eventually(() -> assertThat(nodesOfAgents()).isEmpty());
        eventually(() ->
                assertThat(events("slow-dns")).contains("Normal Capturing", "Normal Uploading", "Normal Succeeded"));
    }

    @Test
    void podsThatComeMoveAndGoAreFollowed() {
        Pod first = cluster.runningPod("web-1", "web", "n1");
        applyForWeb("slow-dns");
        FakeAgent n1 = new FakeAgent(cluster, "n1");
        n1.captures();
        eventually(() -> assertThat(status("slow-dns").startTime()).isNotNull());

        cluster.runningPod("web-2", "web", "n2");
        NodeCapture late = new FakeAgent(cluster, "n2").order();
        String before =
                n1.order().getSpec().targets().get(0).containers().get(0).id();
        cluster.restart(first);

        assertThat(Amounts.duration(late.getSpec().limits().duration())).isLessThan(Duration.ofSeconds(60));
        eventually(() -> assertThat(n1.order()
                        .getSpec()
                        .targets()
                        .get(0)
                        .containers()
                        .get(0)
                        .id())
                .isNotEqualTo(before));
        cluster.deletePod("web-1");
        eventually(() -> assertThat(n1.order().getSpec().targets()).isEmpty());
        assertThat(n1.order().getMetadata().getDeletionTimestamp()).isNull();
    }

    @Test
    void aPodOnTheHostNetworkIsCapturedAsOne() {
        cluster.hostNetworkPod("web-host", "web", "n1");

        applyForWeb("slow-dns");

        eventually(() -> assertThat(cluster.orders())
                .singleElement()
                .satisfies(order -> assertThat(order.getSpec().targets())
                        .singleElement()
                        .satisfies(target -> {
                            assertThat(target.podName()).isEqualTo("web-host");
                            assertThat(target.hostNetwork()).isTrue();
                            assertThat(target.scope()).isEqualTo(TargetScope.POD);
                        })));
    }

    @Test
    void aMessageTypeThatNobodyKnowsIsRefusedWithASentence() {
        cluster.runningPod("web-1", "web", "n1");

        cluster.apply(
                "slow-dns",
                "{targets: {podSelector: {matchLabels: {app: web}}}, filter: {messageTypes: [RTM_NEWROUT]}, output: {store: %s}}"
                        .formatted(cluster.store));

        eventually(() -> assertThat(condition("slow-dns", "TargetsResolved"))
                .startsWith("False InvalidFilter")
                .contains("'RTM_NEWROUT'", "such as RTM_NEWROUTE"));
        assertThat(cluster.orders()).isEmpty();
    }

    @Test
    void aCaptureWaitsForItsPods() {
        applyForWeb("slow-dns");
        eventually(() -> assertThat(condition("slow-dns", "TargetsResolved")).startsWith("False NoPods"));

        Pod pod = cluster.pendingPod("web-1", "web", "n1");
        eventually(() -> assertThat(condition("slow-dns", "TargetsResolved")).startsWith("False PodsNotRunning"));
        assertThat(cluster.orders()).isEmpty();
        cluster.run(pod);

        eventually(() -> assertThat(condition("slow-dns", "TargetsResolved")).startsWith("True Resolved"));
        assertThat(new FakeAgent(cluster, "n1").order().getSpec().targets()).hasSize(1);
    }

    @Test
    void aCaptureWaitsForItsStore() {
        cluster.runningPod("web-1", "web", "n1");
        String store = cluster.node("later");
        cluster.apply(
                "slow-dns",
                "{targets: {podSelector: {matchLabels: {app: web}}}, output: {store: %s}}".formatted(store));
        eventually(() -> assertThat(condition("slow-dns", "StoreReady"))
                .startsWith("False UnknownStore: there is no CaptureStore '" + store + "'"));
        assertThat(cluster.orders()).isEmpty();

        cluster.createStore(store);

        eventually(() -> assertThat(cluster.orders()).hasSize(1));
        eventually(() -> assertThat(condition("slow-dns", "StoreReady")).startsWith("True Ready"));
        cluster.admin()
                .resources(io.nltap.api.v1alpha1.CaptureStore.class)
                .withName(store)
                .delete();
    }

    @Test
    void stopReachesEveryNode() {
        cluster.runningPod("web-1", "web", "n1");
        applyForWeb("slow-dns");
        FakeAgent n1 = new FakeAgent(cluster, "n1");
        n1.captures();

        cluster.stop("slow-dns");

        eventually(() -> assertThat(n1.order().getSpec().stop()).isTrue());
        assertThat(n1.order().getMetadata().getFinalizers()).containsExactly(Api.AGENT_FINALIZER);
    }

    @Test
    void aCaptureThatIsStoppedBeforeItBeganHasFailed() {
        applyForWeb("slow-dns");
        eventually(() -> assertThat(condition("slow-dns", "TargetsResolved")).startsWith("False NoPods"));

        cluster.stop("slow-dns");

        eventually(() -> assertThat(condition("slow-dns", "Complete"))
                .isEqualTo("True Failed: nothing was captured: stopped before any node had begun"));
    }

    @Test
    void howMuchIsNobodysReachesTheUser() {
        cluster.runningPod("web-1", "web", "n1");
        applyForWeb("slow-dns");
        FakeAgent n1 = new FakeAgent(cluster, "n1").knowsNobodyOf(7);
        n1.captures();

        n1.isDone();

        eventually(() -> assertThat(condition("slow-dns", "Complete"))
                .startsWith("True Succeeded")
                .contains("of 7 of 40 datagrams nobody can tell whose they are"));
    }

    @Test
    void whatANodeSaysOfItsFailureReachesTheUser() {
        cluster.runningPod("web-1", "web", "n1");
        applyForWeb("slow-dns");

        new FakeAgent(cluster, "n1").fails("NoNlmon", "the kernel has no nlmon");

        eventually(() -> assertThat(condition("slow-dns", "Complete"))
                .isEqualTo("True Failed: nothing was captured: node %s failed (NoNlmon): the kernel has no nlmon"
                        .formatted(cluster.node("n1"))));
        eventually(() -> assertThat(events("slow-dns")).contains("Warning Failed"));
    }

    @Test
    void deletionWaitsUntilTheAgentHasCleanedUp() {
        cluster.runningPod("web-1", "web", "n1");
        applyForWeb("slow-dns");
        FakeAgent n1 = new FakeAgent(cluster, "n1");
        n1.captures();
        eventually(() -> assertThat(status("slow-dns").phase()).isEqualTo(CapturePhase.CAPTURING));

        cluster.delete("slow-dns");

        eventually(() ->
                assertThat(n1.order().getMetadata().getDeletionTimestamp()).isNotNull());
        eventually(() -> assertThat(events("slow-dns")).contains("Normal CleaningUp"));
        assertThat(cluster.capture("slow-dns")).isNotNull();
        n1.cleansUp();
        eventually(() -> assertThat(cluster.capture("slow-dns")).isNull());
        assertThat(cluster.orders()).isEmpty();
        eventually(() -> assertThat(nodesOfAgents()).isEmpty());
    }

    @Test
    void deletionDoesNotWaitForEver() {
        restart(SHORT_TIMEOUT);
        cluster.runningPod("web-1", "web", "n1");
        applyForWeb("slow-dns");
        new FakeAgent(cluster, "n1").captures();
        eventually(() -> assertThat(status("slow-dns").phase()).isEqualTo(CapturePhase.CAPTURING));

        cluster.delete("slow-dns");

        eventually(() -> assertThat(cluster.capture("slow-dns")).isNull());
        assertThat(cluster.orders()).isEmpty();
        eventually(() -> assertThat(events("slow-dns")).contains("Warning NodeLost"));
        eventually(() -> assertThat(nodesOfAgents()).isEmpty());
    }

    @Test
    void aNodeThatIsGoneIsGivenUpAndTheStatusSaysSo() {
        restart(SHORT_TIMEOUT);
        cluster.runningPod("web-1", "web", "n1");
        cluster.runningPod("web-2", "web", "n2");
        applyForWeb("slow-dns");
        FakeAgent n1 = new FakeAgent(cluster, "n1");
        FakeAgent n2 = new FakeAgent(cluster, "n2");
        n1.captures();
        n2.captures();
        eventually(() -> assertThat(status("slow-dns").pods()).isEqualTo(2));

        cluster.admin().nodes().withName(cluster.node("n2")).delete();

        eventually(() -> assertThat(n2.order().getStatus().phase()).isEqualTo(NodePhase.LOST));
        eventually(() -> assertThat(n2.order().getMetadata().getFinalizers()).isEmpty());
        eventually(() -> assertThat(nodesOfAgents()).containsExactly(cluster.node("n1")));
        n1.isDone();
        eventually(() -> assertThat(condition("slow-dns", "Complete"))
                .startsWith("True PartiallySucceeded: node %s has been gone from the cluster"
                        .formatted(cluster.node("n2"))));
        assertThat(status("slow-dns").totals().messages()).isEqualTo(50);
    }

    @Test
    void aNodeThatIsNotReadyIsGivenUp() {
        restart(SHORT_TIMEOUT);
        cluster.runningPod("web-1", "web", "n1");
        applyForWeb("slow-dns");
        FakeAgent n1 = new FakeAgent(cluster, "n1");
        n1.captures();

        cluster.setReady(cluster.node("n1"), false);

        eventually(() -> assertThat(n1.order().getStatus().phase()).isEqualTo(NodePhase.LOST));
        assertThat(n1.order().getStatus().message()).contains("has not been ready for more than 3s");
    }

    @Test
    void anOperatorThatRestartsGoesOnWhereTheOtherLeft() {
        cluster.runningPod("web-1", "web", "n1");
        cluster.runningPod("web-2", "web", "n2");
        applyForWeb("slow-dns");
        FakeAgent n1 = new FakeAgent(cluster, "n1");
        FakeAgent n2 = new FakeAgent(cluster, "n2");
        n1.captures();
        n2.captures();
        eventually(() -> assertThat(status("slow-dns").phase()).isEqualTo(CapturePhase.CAPTURING));
        operator.close();
        n1.isDone();
        cluster.deletePod("web-2");

        operator = RunningOperator.start(cluster);

        eventually(() -> assertThat(status("slow-dns").nodesDone()).isEqualTo("1/2"));
        eventually(() -> assertThat(n2.order().getSpec().targets()).isEmpty());
        eventually(() -> assertThat(nodesOfAgents()).containsExactly(cluster.node("n2")));
        n2.isDone();
        eventually(() -> assertThat(status("slow-dns").phase()).isEqualTo(CapturePhase.SUCCEEDED));
    }

    @Test
    void ordersWhoseCaptureVanishedAreDeletedAtStart() {
        cluster.runningPod("web-1", "web", "n1");
        applyForWeb("slow-dns");
        FakeAgent n1 = new FakeAgent(cluster, "n1");
        n1.captures();
        operator.close();
        cluster.delete("slow-dns");
        cluster.admin()
                .resources(NetlinkCapture.class)
                .inNamespace(cluster.users)
                .withName("slow-dns")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
        assertThat(cluster.capture("slow-dns")).isNull();

        operator = RunningOperator.start(cluster);

        eventually(() ->
                assertThat(n1.order().getMetadata().getDeletionTimestamp()).isNotNull());
        n1.cleansUp();
        eventually(() -> assertThat(cluster.orders()).isEmpty());
        eventually(() -> assertThat(nodesOfAgents()).isEmpty());
    }

    @Test
    void aFinishedCaptureIsFrozen() {
        cluster.runningPod("web-1", "web", "n1");
        applyForWeb("slow-dns");
        FakeAgent n1 = new FakeAgent(cluster, "n1");
        n1.captures();
        n1.isDone();
        eventually(() -> assertThat(status("slow-dns").phase()).isEqualTo(CapturePhase.SUCCEEDED));
        NetlinkCaptureStatus ended = status("slow-dns");

        cluster.runningPod("web-2", "web", "n2");
        applyForWeb("second");

        eventually(() -> assertThat(status("second").nodesDone()).isEqualTo("0/2"));
        assertThat(status("slow-dns")).isEqualTo(ended);
        assertThat(cluster.orders())
                .filteredOn(order -> order.getSpec().capture().name().equals("slow-dns"))
                .hasSize(1);
    }

    @Test
    void anOrderDeletedBySomebodyIsNotGivenTwice() {
        cluster.runningPod("web-1", "web", "n1");
        applyForWeb("slow-dns");
        FakeAgent n1 = new FakeAgent(cluster, "n1");
        n1.captures();
        eventually(() -> assertThat(status("slow-dns").phase()).isEqualTo(CapturePhase.CAPTURING));

        cluster.admin().resource(n1.order()).delete();
        n1.cleansUp();

        eventually(() -> assertThat(condition("slow-dns", "Complete"))
                .startsWith("True Failed: nothing was captured: the NodeCapture of node %s was deleted"
                        .formatted(cluster.node("n1"))));
        assertThat(cluster.orders()).isEmpty();
    }

    @Test
    void theDaemonSetIsMadeAgainWhenItIsDeleted() {
        cluster.runningPod("web-1", "web", "n1");
        applyForWeb("slow-dns");
        eventually(() -> assertThat(nodesOfAgents()).containsExactly(cluster.node("n1")));
        String uid = agents().orElseThrow().getMetadata().getUid();

        cluster.admin().resource(agents().orElseThrow()).delete();

        eventually(() -> {
            assertThat(agents()).isPresent();
            assertThat(agents().orElseThrow().getMetadata().getUid()).isNotEqualTo(uid);
            assertThat(nodesOfAgents()).containsExactly(cluster.node("n1"));
        });
        assertThat(agents().orElseThrow().getSpec().getUpdateStrategy().getType())
                .isEqualTo("OnDelete");
    }

    private void restart(Duration nodeTimeout) {
        operator.close();
        operator = RunningOperator.start(cluster, nodeTimeout);
    }

    final NetlinkCapture applyForWeb(String name) {
        return cluster.apply(
                name,
                "{targets: {podSelector: {matchLabels: {app: web}}}, output: {store: %s}}".formatted(cluster.store));
    }

    final NetlinkCaptureStatus status(String name) {
        return cluster.capture(name).getStatus();
    }

    /** {@code <status> <reason>: <message>}. */
    final String condition(String name, String type) {
        return status(name).conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .map((Condition condition) ->
                        "%s %s: %s".formatted(condition.status(), condition.reason(), condition.message()))
                .findFirst()
                .orElse("");
    }

    final List<String> events(String name) {
        return cluster.admin().v1().events().inNamespace(cluster.users).list().getItems().stream()
                .filter(event -> event.getInvolvedObject().getName().equals(name))
                .map((Event event) -> event.getType() + " " + event.getReason())
                .toList();
    }

    final Optional<DaemonSet> agents() {
        return Optional.ofNullable(cluster.admin()
                .apps()
                .daemonSets()
                .inNamespace(cluster.operators)
                .withName(AgentDaemonSet.NAME)
                .get());
    }

    final List<String> nodesOfAgents() {
        List<NodeSelectorTerm> terms = agents().orElseThrow()
                .getSpec()
                .getTemplate()
                .getSpec()
                .getAffinity()
                .getNodeAffinity()
                .getRequiredDuringSchedulingIgnoredDuringExecution()
                .getNodeSelectorTerms();
        return terms.stream()
                .flatMap(term -> term.getMatchFields().stream())
                .flatMap(field -> field.getValues().stream())
                .toList();
    }

    /** Until then, whatever is not there yet may be missing. */
    static void eventually(ThrowingRunnable assertion) {
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .untilAsserted(assertion);
    }

    static void until(Callable<Boolean> condition) {
        await().atMost(LONG).pollInterval(Duration.ofMillis(50)).until(condition);
    }
}
