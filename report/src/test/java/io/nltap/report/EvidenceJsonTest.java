// SPDX-License-Identifier: Apache-2.0
package io.nltap.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nltap.netlink.evidence.CaptureLosses;
import io.nltap.netlink.evidence.EvidenceSample;
import io.nltap.netlink.evidence.SocketHolder;
import io.nltap.netlink.evidence.SocketRow;
import io.nltap.netlink.evidence.TapHealth;
import io.nltap.netlink.evidence.TaskState;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class EvidenceJsonTest {
    private static final EvidenceSample SAMPLE = new EvidenceSample(
            1_750_000_000_000_000_001L,
            "host",
            OptionalLong.of(4_026_531_840L),
            List.of(
                    new SocketRow(0, 0, 0, 768, OptionalLong.empty(), 0, false, 3, 0, 0),
                    new SocketRow(0, 4_294_963_199L, 0x11, 4352, OptionalLong.of(212_992), 0, true, 3, 6, 4711)),
            List.of(new SocketHolder(4711, 7, 3)),
            List.of(
                    new TaskState(
                            7,
                            8,
                            1_750_000_000_065_000_002L,
                            "a \"name\"",
                            OptionalLong.of(4_026_531_840L),
                            'D',
                            OptionalInt.of(44),
                            List.of(3L, -1L),
                            OptionalLong.of(4711),
                            Optional.of("rtnetlink_rcv_msg"),
                            List.of("schedule", "mutex_lock"),
                            Optional.of("shop/web-0"),
                            Optional.of("app")),
                    new TaskState(
                            9,
                            9,
                            1_750_000_000_066_000_003L,
                            "",
                            OptionalLong.empty(),
                            'S',
                            OptionalInt.empty(),
                            List.of(),
                            OptionalLong.empty(),
                            Optional.empty(),
                            List.of(),
                            Optional.empty(),
                            Optional.empty())),
            new TapHealth(
                    1_750_000_000_000_000_000L,
                    new CaptureLosses(2, List.of(new CaptureLosses.LeftOut(0, 4_294_963_199L, 17))),
                    1),
            5);

    @Test
    void readsWhatItWrites() throws Exception {
        String line = EvidenceJson.line(SAMPLE);

        assertThat(line).doesNotContain("\n");
        assertThat(EvidenceJson.read(line)).isEqualTo(SAMPLE);
    }

    @Test
    void threadsOfWhichALineDoesNotSayWhenWereSeenAtItsTime() throws Exception {
        String line = EvidenceJson.line(SAMPLE).replaceAll("\"seen\":\"[^\"]*\",", "");

        assertThat(EvidenceJson.read(line).tasks())
                .hasSize(2)
                .allSatisfy(task -> assertThat(task.seenNanos()).isEqualTo(SAMPLE.timeNanos()));
    }

    @Test
    void saysWhatIsWrongWithALine() {
        assertThatThrownBy(() -> EvidenceJson.read("{\"tap\":{},\"time\":\"yesterday\"}"))
                .isInstanceOf(FormatProblem.class)
                .hasMessage("a line of evidence.ndjson: time is no time: \"yesterday\"");
        assertThatThrownBy(() -> EvidenceJson.read("")).hasMessage("a line of evidence.ndjson is no JSON object");
    }
}
