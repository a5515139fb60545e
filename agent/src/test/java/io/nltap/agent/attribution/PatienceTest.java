// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private long now = Long.MAX_VALUE - 1; // System.nanoTime may overflow
    private final Patience patience = new Patience(() -> now);

    @Test
    void oneWaitIsShort() {
        assertThat(patience.left()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void manyInARowExhaustIt() {
        for (int i = 0; i < 3; i++) {
            assertThat(patience.left()).isPositive();
            waitFor(patience.left());
        }

        assertThat(patience.left()).isZero();
    }

    @Test
    void itComesBackAtHalfTheSpeedOfTime() {
        waitFor(Duration.ofSeconds(3));
        now += Duration.ofSeconds(1).toNanos();

        assertThat(patience.left()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void whatWasNotUsedIsSavedForSomeSecondsOnly() {
        now += Duration.ofHours(1).toNanos();
        waitFor(Duration.ofSeconds(2));
        assertThat(patience.left()).isEqualTo(Duration.ofSeconds(1));
        waitFor(Duration.ofSeconds(2));

        assertThat(patience.left()).isZero();
    }

    private void waitFor(Duration time) {
        long start = now;
        now += time.toNanos();
        patience.waitedSince(start);
    }
}
