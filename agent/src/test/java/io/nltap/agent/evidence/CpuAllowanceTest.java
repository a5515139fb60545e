// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CpuAllowanceTest {

    private static final long SECOND = 1_000_000_000L;

    private long clock;
    private long processor;
    private final CpuAllowance allowance = new CpuAllowance(() -> clock, () -> processor);

    @BeforeEach
    void begin() {
        allowance.rested(true);
        allowance.begin(Duration.ofSeconds(10));
    }

    @Test
    void isSpentByTheProcessorsTimeAndNotByTheClock() {
        clock += 5 * SECOND;

        assertThat(allowance.isLeft()).isTrue();

        work(2 * SECOND);

        assertThat(allowance.isLeft()).isFalse();
    }

    @Test
    void aStretchEndsWithItsTimeByTheClock() {
        clock += 10 * SECOND;

        assertThat(allowance.isLeft()).isFalse();

        allowance.begin(Duration.ofSeconds(1));

        assertThat(allowance.isLeft()).isTrue();
    }

    @Test
    void whenAllIsSpentAQuarterOfASecondIsGrantedAfterFive() {
        work(6 * SECOND);
        assertThat(allowance.isLeft()).isFalse();
        clock += 6 * SECOND;

        allowance.rested(true);
        allowance.begin(Duration.ofSeconds(1));

        assertThat(allowance.isLeft()).isTrue();
        work(SECOND / 4);
        assertThat(allowance.isLeft()).isFalse();
    }

    @Test
    void manySmallPiecesOfWorkAreCountedTogether() {
        for (int i = 0; i < 1999; i++) {
            work(SECOND / 1000);
            assertThat(allowance.isLeft()).isTrue();
        }
        work(5 * SECOND / 1000);

        assertThat(allowance.isLeft()).isFalse();
    }

    @Test
    void whatWasTooLittleToBeCountedAtOnceIsCountedWhenTheNextWorkBegins() {
        for (int i = 0; i < 600; i++) {
            allowance.rested(true);
            allowance.begin(Duration.ofSeconds(1));
            work(4 * SECOND / 1000);
            allowance.isLeft();
        }

        assertThat(allowance.isLeft()).isFalse();
    }

    @Test
    void whatIsDoneAllTheSameDoesNotUseUpWhatIsKept() {
        for (int i = 0; i < 600; i++) {
            allowance.rested(false);
            work(SECOND / 30);
        }
        allowance.rested(true);
        allowance.begin(Duration.ofSeconds(10));
        work(SECOND);

        assertThat(allowance.isLeft()).isTrue();
    }

    private void work(long nanos) {
        clock += nanos;
        processor += nanos;
    }
}
