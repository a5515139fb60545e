// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.author.Party;
import io.nltap.netlink.dialog.Matter;
import io.nltap.netlink.evidence.TaskState;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
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

    @Test
    void holderThatIsGoneBeforeItsVictimGoesOnIsStillTold() {
        log.update(List.of(heldBy("ethtool", waits("request 7", 100, REQUEST))), 200);

        log.update(List.of(waits("request 7", 100, REQUEST).heldBy(Optional.empty())), 300);

        assertThat(log.hangs()).singleElement().satisfies(hang -> {
            assertThat(hang.finding().holder().map(Holder::task)).hasValue("ethtool[99]");
            assertThat(hang.finding().why())
                    .hasSize(2)
                    .last(InstanceOfAssertFactories.STRING)
                    .contains("ethtool[99]");
        });
    }

    @Test
    void holderThatHasLongBeenGoneIsNotBlamed() {
        log.update(List.of(heldBy("ethtool", waits("request 7", 100, REQUEST))), 200);

        log.update(
                List.of(waits("request 7", 100, REQUEST).heldBy(Optional.empty())), 200 + TimeUnit.SECONDS.toNanos(10));

        assertThat(log.hangs()).singleElement().satisfies(hang -> {
            assertThat(hang.finding().holder()).isEmpty();
            assertThat(hang.finding().why()).contains("who holds the lock was not seen");
        });
    }

    @Test
    void whatCannotBeSeenAtTheMomentHasNotEnded() {
        log.update(List.of(waits("request 7", 100, REQUEST)), 200);
        Party who = waits("request 7", 100, REQUEST).who();

        log.update(List.of(Verdict.doubt("request 7", 100, "node", who, REQUEST, "there was no time")), 300);

        assertThat(log.open())
                .singleElement()
                .satisfies(hang -> assertThat(hang.lastSeenNanos()).isEqualTo(200));
        assertThat(log.doubts()).isEmpty();
        log.update(List.of(), 400);
        assertThat(log.open()).isEmpty();
    }

    private static Verdict heldBy(String comm, Verdict verdict) {
        TaskState task = new TaskState(
                99,
                99,
                100,
                comm,
                OptionalLong.empty(),
                'S',
                OptionalInt.empty(),
                List.of(),
                OptionalLong.empty(),
                Optional.of("handle_userfault"),
                List.of("handle_userfault"),
                Optional.empty(),
                Optional.empty());
        return verdict.heldBy(Optional.of(new TaskTrack(task, Whereabouts.ELSEWHERE, 100, "node")));
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
