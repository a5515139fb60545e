// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.analysis.Confidence;
import io.nltap.netlink.analysis.Finding;
import io.nltap.netlink.analysis.Hang;
import io.nltap.netlink.analysis.HangClass;
import io.nltap.netlink.author.Party;
import io.nltap.netlink.dialog.Matter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FindingLinesTest {

    private final FindingLines lines = new FindingLines();

    private static Hang hang(HangClass hangClass, int pid, long since, long seq) {
        return hang(hangClass, pid, Optional.of("ip"), since, seq);
    }

    private static Hang hang(HangClass hangClass, int pid, Optional<String> comm, long since, long seq) {
        Party who = new Party(OptionalInt.of(pid), comm, Optional.empty(), Optional.empty());
        Matter what = new Matter("ROUTE", "RTM_GETADDR", OptionalLong.of(seq));
        return new Hang(
                new Finding(hangClass, since, who, what, List.of("because"), Optional.empty()),
                "host",
                Confidence.CERTAIN,
                since,
                OptionalLong.empty(),
                1);
    }

    @Test
    void tellsOnceOfAHangWhoseRequestIsAnotherOneByNowOrWhoseBeginningIsKnownBetter() {
        assertThat(lines.update(List.of(hang(HangClass.E1, 7, 5_000_000, 1)))).hasSize(3);

        assertThat(lines.update(List.of(hang(HangClass.E1, 7, 5_000_000, 2)))).isEmpty();
        assertThat(lines.update(List.of(hang(HangClass.E1, 7, 4_000_000, 2)))).isEmpty();
    }

    @Test
    void tellsOnceOfAHangOfAProcessOfWhichTheNameIsKnownLater() {
        assertThat(lines.update(List.of(hang(HangClass.C3, 7, Optional.empty(), 5_000_000, 1))))
                .isNotEmpty();

        assertThat(lines.update(List.of(hang(HangClass.C3, 7, Optional.of("ip"), 5_000_000, 1))))
                .isEmpty();
    }

    @Test
    void tellsOfTwoHangsOfOneProcessAndWhichOfThemIsOver() {
        Hang first = hang(HangClass.A1, 7, 1_000_000, 1);
        Hang second = hang(HangClass.A1, 7, 2_000_000, 2);

        assertThat(lines.update(List.of(first))).hasSize(3);
        assertThat(lines.update(List.of(first, second))).hasSize(3).anyMatch(line -> line.contains("seq 2"));
        assertThat(lines.update(List.of(second))).containsExactly("A1 is over: ip[7], ROUTE RTM_GETADDR seq 1");
    }
}
