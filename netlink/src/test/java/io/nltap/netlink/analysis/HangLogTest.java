// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.author.Party;
import io.nltap.netlink.dialog.Matter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class HangLogTest {
    private static final Matter REQUEST = new Matter("ROUTE", "RTM_GETLINK", OptionalLong.of(7));

    private final HangLog log = new HangLog();

    @Test
    void staysOneHangWhenItsRequestIsFoundForItsThread() {
        log.update(List.of(waits("thread 70", 100, Matter.NONE)), 200);

        log.update(List.of(waits("request 7", 90, REQUEST)), 300);

        assertThat(log.hangs()).singleElement().satisfies(hang -> {
            assertThat(hang.finding().what()).isEqualTo(REQUEST);
            assertThat(hang.endNanos()).isEmpty();
        });
    }

    @Test
    void hangThatBeginsAfterTheLastOneEndedIsAnother() {
        log.update(List.of(waits("request 7", 100, REQUEST)), 200);
        log.update(List.of(), 300);

        log.update(List.of(waits("request 8", 400, REQUEST)), 500);

        assertThat(log.hangs()).hasSize(2);
        assertThat(log.open()).hasSize(1);
    }

    @Test
    void twoThreadsOfOneProcessThatHangAtTheSameMomentAreTwo() {
        log.update(List.of(waits("thread 70", 100, REQUEST), waits("thread 71", 100, REQUEST)), 200);

        assertThat(log.open()).hasSize(2);
    }

    private static Verdict waits(String key, long since, Matter what) {
        return Verdict.of(
                key,
                HangClass.A1,
                since,
                "node",
                new Party(OptionalInt.of(70), Optional.of("ip"), Optional.empty(), Optional.empty()),
                what,
                List.of("state D"),
                Confidence.CERTAIN);
    }
}
