// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PollerTest {

    private static final Duration LONG = Duration.ofSeconds(50);

    @Test
    void endsItsWaitWhenSomebodyWakesIt() throws Exception {
        try (Poller poller = Poller.open()) {
            Thread other = new Thread(poller::wake);
            other.start();

            assertThat(poller.await(LONG)).isEqualTo(1);
            assertThat(poller.await(Duration.ZERO)).as("one wake-up, one end").isZero();
        }
    }

    @Test
    void tellsWhichDescriptorIsReady() throws Exception {
        try (Poller poller = Poller.open();
                Ticker soon = Ticker.open(Duration.ofMillis(1));
                Ticker late = Ticker.open(Duration.ofDays(1))) {
            poller.add(late.fd());
            poller.add(soon.fd());

            assertThat(poller.await(LONG)).isEqualTo(1);
            assertThat(poller.ready(soon.fd())).isTrue();
            assertThat(poller.ready(late.fd())).isFalse();

            poller.remove(soon.fd());
            assertThat(poller.await(Duration.ofMillis(5))).isZero();
            assertThat(poller.ready(soon.fd())).isFalse();
        }
    }

    @Test
    void wakingAfterTheEndDoesNothing() throws Exception {
        Poller poller = Poller.open();
        poller.close();

        poller.wake();
    }

    @Test
    void aTickerIsQuietAfterItWasCleared() throws Exception {
        try (Poller poller = Poller.open();
                Ticker ticker = Ticker.open(Duration.ofSeconds(2))) {
            poller.add(ticker.fd());
            ticker.await();

            assertThat(poller.await(Duration.ZERO)).isZero();
        }
    }
}
