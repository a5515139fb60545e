// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SavedTimeTest {
    private long now = 1_000;
    private long used;

    private final SavedTime time = new SavedTime(10, Duration.ofNanos(500), () -> now, () -> used);

    private boolean spend(long nanos) {
        return time.spend(() -> {
            used += nanos;
            return true;
        });
    }

    @Test
    void allowsAtOnceWhatCanBeLeftOver() {
        assertThat(time.isLeft()).isTrue();
        assertThat(spend(499)).isTrue();
        assertThat(time.isLeft()).isTrue();
        spend(1);
        assertThat(time.isLeft()).isFalse();
    }

    @Test
    void allowsItsPartOfWhatHasPassedSince() {
        spend(600);
        now += 1_000;
        assertThat(time.isLeft()).isFalse();
        now += 10;
        assertThat(time.isLeft()).isTrue();
    }

    @Test
    void savesNoMoreThanThat() {
        now += 1_000_000;
        assertThat(time.isLeft()).isTrue();
        spend(500);
        assertThat(time.isLeft()).isFalse();
    }

    @Test
    void countsOnlyWhatIsToBeCounted() {
        used += 10_000;
        assertThat(time.isLeft()).isTrue();
    }
}
