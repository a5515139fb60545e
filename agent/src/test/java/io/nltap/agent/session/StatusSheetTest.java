// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.frame.Reason;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.api.v1alpha1.Engine;
import io.nltap.api.v1alpha1.ModuleState;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.Segment;
import io.nltap.api.v1alpha1.TargetStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatusSheetTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00.123456789Z");
    private static final Counters SOME = Counters.of(1, 2, 3, 4, 5);
    private static final SessionEnd DISK =
            SessionEnd.error(Reason.DISK_ERROR, "cannot write 0.pcapng.part: Input/output error");

    @Test
    void waitsForPodsByName() {
        NodeCaptureStatus one = StatusSheet.of(waitingFor("web-0"));
        NodeCaptureStatus more = StatusSheet.of(waitingFor("web-0", "web-1", "db-0"));

        assertThat(one.phase()).isEqualTo(NodePhase.PENDING);
        assertThat(one.reason()).isEqualTo("WaitingForPods");
        assertThat(one.message()).isEqualTo("Waits for a process of pod web-0 on this node.");
        assertThat(more.message()).isEqualTo("Waits for a process of pod web-0 and of 2 more on this node.");
    }

    @Test
    void tellsEverythingWhileItCaptures() {
        NodeCaptureStatus status = StatusSheet.of(facts(Optional.empty(), false, UploadProgress.NONE));

        assertThat(status.phase()).isEqualTo(NodePhase.CAPTURING);
        assertThat(status.observedGeneration()).isEqualTo(3);
        assertThat(status.startTime()).isEqualTo("2026-01-01T00:00:00.123Z");
        assertThat(status.endTime()).isNull();
        assertThat(status.engine()).isEqualTo(Engine.RING);
        assertThat(status.module()).isEqualTo(ModuleState.INSERTED);
        assertThat(status.counters()).isEqualTo(SOME);
        assertThat(status.segments()).hasSize(1);
        assertThat(status.reason()).isNull();
    }

    @Test
    void capturesUntilTheNodeIsClean() {
        assertThat(StatusSheet.of(facts(stopped(), false, UploadProgress.NONE)).phase())
                .isEqualTo(NodePhase.CAPTURING);
        assertThat(StatusSheet.of(facts(stopped(), true, waitingUploads())).phase())
                .isEqualTo(NodePhase.UPLOADING);
        assertThat(StatusSheet.of(facts(stopped(), true, UploadProgress.NONE)).phase())
                .isEqualTo(NodePhase.DONE);
    }

    @ParameterizedTest
    @EnumSource(EndedBy.class)
    void isDoneOnlyWhenItEndedAsAsked(EndedBy endedBy) {
        NodeCaptureStatus status = StatusSheet.of(
                facts(Optional.of(new SessionEnd(endedBy, Optional.empty())), true, UploadProgress.NONE));

        assertThat(status.endedBy()).isEqualTo(endedBy);
        assertThat(status.phase()).isEqualTo(endedBy.asAsked() ? NodePhase.DONE : NodePhase.FAILED);
    }

    @Test
    void saysWhatWentWrong() {
        NodeCaptureStatus status = StatusSheet.of(facts(Optional.of(DISK), true, UploadProgress.NONE));

        assertThat(status.phase()).isEqualTo(NodePhase.FAILED);
        assertThat(status.reason()).isEqualTo("DiskError");
        assertThat(status.message()).isEqualTo("cannot write 0.pcapng.part: Input/output error");
    }

    @Test
    void failsWhenASegmentWillNeverBeInTheStore() {
        UploadProgress refused = new UploadProgress(
                0,
                Map.of("Segment 4", "gateway answered 409: there is another", "summary.json", "too"),
                Optional.empty());

        NodeCaptureStatus status = StatusSheet.of(facts(stopped(), true, refused));

        assertThat(status.phase()).isEqualTo(NodePhase.FAILED);
        assertThat(status.endedBy()).isEqualTo(EndedBy.STOP);
        assertThat(status.reason()).isEqualTo("UploadRefused");
        assertThat(status.message())
                .startsWith("Segment 4 is not in the store and will not be: gateway answered 409: there is another.")
                .contains("So it is with 1 more files.");
    }

    @Test
    void saysWhyUploadingTakesSoLong() {
        UploadProgress late = new UploadProgress(1, Map.of(), Optional.of("Segment 0 could not be uploaded yet"));

        NodeCaptureStatus status = StatusSheet.of(facts(stopped(), true, late));

        assertThat(status.phase()).isEqualTo(NodePhase.UPLOADING);
        assertThat(status.reason()).isEqualTo("UploadDelayed");
        assertThat(status.message()).isEqualTo("Segment 0 could not be uploaded yet");
    }

    @Test
    void saysThatItIsAtWorkBeforeItKnowsAnyPod() {
        NodeCaptureStatus status = StatusSheet.opening(3);

        assertThat(status.phase()).isEqualTo(NodePhase.PENDING);
        assertThat(status.observedGeneration()).isEqualTo(3);
        assertThat(status.reason()).isEqualTo("OpeningTaps");
    }

    @Test
    void saysWhyNoTapIsOpenYet() {
        TargetStatus failed =
                new TargetStatus("uid", "web-0", TargetStatus.State.FAILED, "no memory", null, null, Counters.ZERO);

        assertThat(StatusSheet.of(notStarted(List.of(failed))).message()).isEqualTo("no memory");
    }

    private static SessionFacts notStarted(List<TargetStatus> targets) {
        return new SessionFacts(
                3,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Counters.ZERO,
                targets,
                List.of(),
                List.of(),
                AnalysisProgress.NONE,
                List.of(),
                UploadProgress.NONE);
    }

    private static Optional<SessionEnd> stopped() {
        return Optional.of(SessionEnd.asAsked(EndedBy.STOP));
    }

    private static UploadProgress waitingUploads() {
        return new UploadProgress(2, Map.of(), Optional.empty());
    }

    private static SessionFacts waitingFor(String... pods) {
        return new SessionFacts(
                3,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Counters.ZERO,
                List.of(),
                List.of(pods),
                List.of(),
                AnalysisProgress.NONE,
                List.of(),
                UploadProgress.NONE);
    }

    private static SessionFacts facts(Optional<SessionEnd> end, boolean cleaned, UploadProgress uploads) {
        Segment segment = new Segment(0, "shop/x/u/n/0.pcapng", 1, 2, 3, "ab", null, null, false, null);
        return new SessionFacts(
                3,
                Optional.of(START),
                end,
                end.map(it -> START.plusSeconds(60)),
                cleaned,
                Optional.of(Engine.RING),
                Optional.of(ModuleState.INSERTED),
                Optional.empty(),
                SOME,
                List.of(),
                List.of(),
                List.of(segment),
                AnalysisProgress.NONE,
                List.of(),
                uploads);
    }
}
