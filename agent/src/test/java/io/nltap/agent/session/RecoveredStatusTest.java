// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.Segment;
import io.nltap.api.v1alpha1.TargetStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecoveredStatusTest {
    private static final Instant NOW = Instant.parse("2026-01-01T01:00:00Z");

    @Test
    void saysHowFarTheCaptureReachesWhenTheAgentDied() {
        NodeCaptureStatus before = before(NodePhase.CAPTURING, null, null, List.of(segment(0, true)));

        NodeCaptureStatus status = recover(before, List.of(segment(0, true), segment(1, true)));

        assertThat(status.phase()).isEqualTo(NodePhase.FAILED);
        assertThat(status.endedBy()).isEqualTo(EndedBy.AGENT_RESTARTED);
        assertThat(status.reason()).isEqualTo("AgentRestarted");
        assertThat(status.message()).contains("reaches until 2026-01-01T00:00:01.000000000Z");
        assertThat(status.segments()).hasSize(2);
        assertThat(status.startTime()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(status.endTime()).isEqualTo("2026-01-01T01:00:00Z");
    }

    @Test
    void countsWhatTheLastStatusDidNotKnowYet() {
        NodeCaptureStatus before = before(NodePhase.CAPTURING, null, null, List.of());

        NodeCaptureStatus status = recover(before, List.of(segment(0, true), segment(1, true)));

        assertThat(status.counters()).isEqualTo(Counters.of(20, 40, 3, 4, 5));
        assertThat(status.targets()).singleElement().satisfies(target -> {
            assertThat(target.state()).isEqualTo(TargetStatus.State.ENDED);
            assertThat(target.since()).isEqualTo("2026-01-01T00:00:01Z");
        });
    }

    @Test
    void isDoneWhenOnlyTheUploadWasLeft() {
        NodeCaptureStatus before = before(NodePhase.UPLOADING, EndedBy.DURATION, null, List.of(segment(0, false)));

        NodeCaptureStatus status = recover(before, List.of(segment(0, true)));

        assertThat(status.phase()).isEqualTo(NodePhase.DONE);
        assertThat(status.endedBy()).isEqualTo(EndedBy.DURATION);
        assertThat(status.reason()).isNull();
    }

    @Test
    void keepsTheReasonForWhichTheEarlierAgentEndedIt() {
        NodeCaptureStatus before = before(NodePhase.UPLOADING, EndedBy.SPOOL_FULL, "SpoolFull", List.of());

        NodeCaptureStatus status = recover(before, List.of(segment(0, true)));

        assertThat(status.phase()).isEqualTo(NodePhase.FAILED);
        assertThat(status.endedBy()).isEqualTo(EndedBy.SPOOL_FULL);
        assertThat(status.reason()).isEqualTo("SpoolFull");
        assertThat(status.message()).isEqualTo("as it was said before");
    }

    @Test
    void neverCallsACaptureWholeThatLacksASegment() {
        NodeCaptureStatus before =
                before(NodePhase.UPLOADING, EndedBy.DURATION, null, List.of(segment(0, true), segment(1, false)));

        NodeCaptureStatus status = recover(before, List.of());

        assertThat(status.phase()).isEqualTo(NodePhase.FAILED);
        assertThat(status.reason()).isEqualTo("UploadRefused");
        assertThat(status.message()).contains("Segment 1").contains("not on the node's disk any more");
    }

    @Test
    void believesThatWhatWasStoredBeforeIsStored() {
        NodeCaptureStatus before = before(NodePhase.UPLOADING, EndedBy.STOP, null, List.of(segment(0, true)));

        assertThat(recover(before, List.of()).phase()).isEqualTo(NodePhase.DONE);
    }

    private static NodeCaptureStatus recover(NodeCaptureStatus before, List<Segment> inSpool) {
        return StatusSheet.of(RecoveredStatus.facts(
                before, 2, inSpool, RecoveredAnalysis.before(before), List.of(), UploadProgress.NONE, NOW));
    }

    private static NodeCaptureStatus before(
            NodePhase phase, @Nullable EndedBy endedBy, @Nullable String reason, List<Segment> segments) {
        TargetStatus target = new TargetStatus(
                "uid",
                "web-0",
                TargetStatus.State.CAPTURING,
                null,
                4026532201L,
                "2026-01-01T00:00:01Z",
                Counters.of(1, 2, 3, 4, 5));
        return new NodeCaptureStatus(
                2,
                phase,
                reason,
                reason == null ? null : "as it was said before",
                "2026-01-01T00:00:00Z",
                null,
                endedBy,
                null,
                null,
                null,
                Counters.of(1, 2, 3, 4, 5),
                List.of(target),
                segments);
    }

    private static Segment segment(int number, boolean stored) {
        String last = "2026-01-01T00:00:0%d.000000000Z".formatted(number);
        return new Segment(number, "shop/x/u/n/" + number + ".pcapng", 10, 20, 300, "ab", last, last, stored, null);
    }
}
