// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.nltap.api.v1alpha1.NodeCapture;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeJudgeTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final NodePresence PRESENT = new NodePresence.Present();
    private static final NodeJudge JUDGE = new NodeJudge(
            new PlanSettings("nltap", "https://gateway:8443", Duration.ofMinutes(2), Duration.ofMinutes(5), false));

    @ParameterizedTest(name = "{0} {1} {2}: {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                // what is known of the order | its status | waits until | and then says
                "''                        | ''                                                 | 12:05:00 | has no"
                        + " agent that answered within 5m",
                "''                        | {phase: Pending}                                   | 12:05:00 | has no"
                        + " agent that answered within 5m",
                "''                        | {phase: Pending, observedGeneration: 1}            | never    | ''",
                "''                        | {phase: Pending, observedGeneration: 1, reason: OpeningTaps} | 12:10:00 | has"
                        + " an agent that has not opened a tap within 10m",
                "''                        | {phase: Capturing, observedGeneration: 1, startTime:"
                        + " '2026-03-01T12:00:10Z'} | 12:03:10 | has not ended its capture within 2m after the end of"
                        + " limits.duration",
                "''                        | {phase: Uploading, observedGeneration: 1, startTime:"
                        + " '2026-03-01T12:00:10Z'} | never    | ''",
                "stop                      | {phase: Capturing, observedGeneration: 1, startTime:"
                        + " '2026-03-01T12:00:10Z'} | 12:02:30 | has not stopped within 2m after it was told to",
                "stop                      | {phase: Uploading, observedGeneration: 2}          | never    | ''",
                "deleted                   | {phase: Capturing, observedGeneration: 1, startTime:"
                        + " '2026-03-01T12:00:10Z'} | 12:02:20 | has not cleaned up within 2m after the capture was"
                        + " deleted",
                "deleted                   | {phase: Done}                                      | 12:02:20 | has not"
                        + " cleaned up within 2m",
                "released                  | {phase: Capturing, startTime: '2026-03-01T12:00:10Z'} | never | ''",
            })
    void aNodeIsGivenUpWhenItsTimeIsOver(String order, String status, String until, String says) {
        NodeCapture capture = order(order, status);

        NodeVerdict early = JUDGE.judge(capture, PRESENT, NOON);
        Optional<Instant> deadline =
                until.equals("never") ? Optional.empty() : Optional.of(Instant.parse("2026-03-01T" + until + "Z"));
        assertThat(early).isEqualTo(new NodeVerdict.Wait(deadline));
        NodeVerdict late = JUDGE.judge(capture, PRESENT, deadline.orElse(NOON.plus(Duration.ofDays(30))));
        if (says.isEmpty()) {
            assertThat(late).isInstanceOf(NodeVerdict.Wait.class);
        } else {
            assertThat(late)
                    .isInstanceOfSatisfying(
                            NodeVerdict.GiveUp.class,
                            giveUp -> assertThat(giveUp.message())
                                    .startsWith("node n1 " + says)
                                    .endsWith("what it still holds is unknown, and its agent cleans up when it comes"
                                            + " back"));
        }
    }

    @Test
    void aNodeThatIsGoneIsGivenUpWhateverItAnswered() {
        NodeCapture uploading = order("", "{phase: Uploading, observedGeneration: 1}");
        NodePresence absent = new NodePresence.Absent(NOON);

        assertThat(JUDGE.judge(uploading, absent, NOON.plusSeconds(119)))
                .isEqualTo(new NodeVerdict.Wait(Optional.of(NOON.plusSeconds(120))));
        assertThat(JUDGE.judge(uploading, absent, NOON.plusSeconds(120)))
                .isInstanceOfSatisfying(
                        NodeVerdict.GiveUp.class,
                        giveUp -> assertThat(giveUp.message())
                                .startsWith("node n1 has been gone from the cluster for more than 2m"));
        assertThat(JUDGE.judge(uploading, new NodePresence.NotReady(NOON), NOON.plusSeconds(120)))
                .isInstanceOfSatisfying(
                        NodeVerdict.GiveUp.class,
                        giveUp ->
                                assertThat(giveUp.message()).startsWith("node n1 has not been ready for more than 2m"));
    }

    private static NodeCapture order(String what, String status) {
        String yaml = """
            apiVersion: nltap.io/v1alpha1
            kind: NodeCapture
            metadata:
              name: slow-dns-1
              namespace: nltap
              creationTimestamp: "2026-03-01T12:00:00Z"
              %s
              finalizers: [%s]
              annotations: {nltap.io/stop-ordered-at: "2026-03-01T12:00:30Z"}
            spec:
              nodeName: n1
              capture: {namespace: shop, name: slow-dns, uid: u}
              limits: {duration: 60s}
              gateway: https://gateway:8443
              stop: %s
            %s
            """.formatted(
                        what.equals("deleted") ? "deletionTimestamp: \"2026-03-01T12:00:20Z\"" : "",
                        what.equals("released") ? "example.com/other" : "nltap.io/agent",
                        what.equals("stop"),
                        status.isEmpty() ? "" : "status: " + status);
        return Serialization.unmarshal(yaml, NodeCapture.class);
    }
}
