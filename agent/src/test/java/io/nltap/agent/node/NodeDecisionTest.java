// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.nltap.agent.node.NodeDecision.Situation;
import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.api.v1alpha1.NodePhase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeDecisionTest {
    private static final Situation IDLE = new Situation(false, false, 0, 16, false);
    private static final Situation RUNNING = new Situation(true, false, 1, 16, false);
    private static final Situation LEFTOVERS = new Situation(false, true, 0, 16, false);
    private static final Situation BUSY = new Situation(false, false, 16, 16, false);

    private static final String NEW = """
        apiVersion: nltap.io/v1alpha1
        kind: NodeCapture
        metadata: {name: slow-dns-1, namespace: nltap, uid: uid-1, generation: 1, finalizers: [nltap.io/agent]}
        spec:
          nodeName: node-1
          capture: {namespace: shop, name: slow-dns, uid: uid-0}
          gateway: https://nltap-gateway.nltap.svc:8443
          stop: false
        """;

    @Test
    void startsANewOrder() {
        assertThat(decide(NEW, IDLE)).isInstanceOf(NodeDecision.Start.class);
    }

    @Test
    void startsAnOrderThatAnEarlierAgentOnlyWaitedWith() {
        assertThat(decide(NEW + "status: {phase: Pending}", IDLE)).isInstanceOf(NodeDecision.Start.class);
    }

    @Test
    void leavesTheOrdersOfOtherNodesAlone() {
        assertThat(decide(NEW.replace("node-1", "node-10"), IDLE)).isEqualTo(new NodeDecision.Nothing());
    }

    @Test
    void passesChangesOnToTheSession() {
        assertThat(decide(NEW.replace("stop: false", "stop: true"), RUNNING))
                .isInstanceOfSatisfying(
                        NodeDecision.Change.class,
                        change -> assertThat(change.order().stop()).isTrue());
    }

    @Test
    void endsTheSessionOfWhatIsDeleted() {
        assertThat(decide(deleting(NEW), RUNNING)).isEqualTo(new NodeDecision.End());
    }

    @Test
    void goesOnWithWhatItUnderstoodWhenAnOrderBecomesUnreadable() {
        assertThat(decide(NEW.replace("stop: false", "targets: 7"), RUNNING)).isEqualTo(new NodeDecision.Nothing());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Done", "Failed", "Lost"})
    void neverStartsAFinishedOrderAgain(String phase) {
        assertThat(decide(NEW + "status: {phase: " + phase + "}", IDLE)).isEqualTo(new NodeDecision.Release());
        assertThat(decide(NEW.replace("nltap.io/agent", "x/y") + "status: {phase: " + phase + "}", IDLE))
                .isEqualTo(new NodeDecision.Nothing());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status: {phase: Capturing, counters: {frames: 7}}",
                "status: {phase: Uploading, endedBy: AgentStopped}",
                "status: {phase: Capturing, news: of a later version}",
                "status: {phase: Resting}",
                "status: {phase: [Capturing]}",
                "status: 7",
            })
    void recoversWhatAnEarlierAgentHadBegun(String status) {
        assertThat(decide(NEW + status, IDLE)).isEqualTo(new NodeDecision.Recover());
    }

    @Test
    void recoversWhatAnEarlierAgentHadBegunWithoutAWord() {
        assertThat(decide(NEW, LEFTOVERS)).isEqualTo(new NodeDecision.Recover());
    }

    @Test
    void recoversWhatTheOperatorHadGivenUp() {
        assertThat(decide(NEW + "status: {phase: Lost}", LEFTOVERS)).isEqualTo(new NodeDecision.Recover());
    }

    @Test
    void doesNotBeginWhatIsStoppedOrDeletedBefore() {
        assertThat(decide(NEW.replace("stop: false", "stop: true"), IDLE))
                .isEqualTo(new NodeDecision.Skip(EndedBy.STOP));
        assertThat(decide(deleting(NEW), IDLE)).isEqualTo(new NodeDecision.Skip(EndedBy.DELETED));
    }

    @Test
    void letsAnOrderWaitWhenTooManyRun() {
        assertThat(decide(NEW, BUSY))
                .isInstanceOfSatisfying(
                        NodeDecision.Wait.class,
                        wait -> assertThat(wait.message()).contains("16 captures already"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"segments: 7", "gatway: x", "compression: [a]", "targets: {a: b}", "limits: {duration: soon}"})
    void refusesWhatItCannotRead(String line) {
        assertThat(decide(NEW.replace("stop: false", line), IDLE)).isInstanceOf(NodeDecision.Refuse.class);
    }

    @Test
    void refusesAnOrderWithoutSpec() {
        String bare = NEW.substring(0, NEW.indexOf("spec:"));

        assertThat(decide(bare, IDLE)).isEqualTo(new NodeDecision.Refuse("spec is missing"));
    }

    @Test
    void leavesKeysInACaptureOnlyWhereTheNodeAllowsIt() {
        String unredacted = NEW.replace("stop: false", "redaction: None");

        assertThat(decide(unredacted, IDLE))
                .isInstanceOfSatisfying(
                        NodeDecision.Refuse.class,
                        refuse -> assertThat(refuse.why())
                                .startsWith(
                                        "redaction: None is not allowed on this node. Capture with redaction: Keys"));
        assertThat(decide(unredacted, new Situation(false, false, 0, 16, true))).isInstanceOf(NodeDecision.Start.class);
    }

    @Test
    void readsThePhase() {
        assertThat(view(NEW + "status: {phase: Done, segments: [{number: 3, stored: true}]}")
                        .status()
                        .phase())
                .isEqualTo(NodePhase.DONE);
    }

    private static NodeDecision decide(String yaml, Situation situation) {
        return NodeDecision.of("node-1", view(yaml), situation);
    }

    private static NodeCaptureView view(String yaml) {
        return NodeCaptureView.of(Serialization.unmarshal(yaml, GenericKubernetesResource.class));
    }

    private static String deleting(String yaml) {
        return yaml.replace("generation: 1", "generation: 1, deletionTimestamp: \"2026-01-01T00:00:00Z\"");
    }
}
