// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class RecentAnswersTest {
    private Instant now = Instant.EPOCH;
    private final RecentAnswers<Integer, String> answers = new RecentAnswers<>(new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    });

    @Test
    void forgetsAfterTenSeconds() {
        answers.keep(1, "yes");

        now = Instant.EPOCH.plusMillis(9_999);
        assertThat(answers.find(1)).contains("yes");
        now = Instant.EPOCH.plusMillis(10_000);
        assertThat(answers.find(1)).isEmpty();
    }

    @Test
    void forgetsTheEldestWhenThereAreTooMany() {
        for (int question = 0; question <= RecentAnswers.MOST; question++) {
            answers.keep(question, "yes");
        }

        assertThat(answers.find(0)).isEmpty();
        assertThat(answers.find(1)).contains("yes");
        assertThat(answers.find(RecentAnswers.MOST)).contains("yes");
    }
}
