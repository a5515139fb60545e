// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolledCommandsTest {
    private final List<String> done = new ArrayList<>();

    @Test
    void wakesWhoeverWaitsAndIsDoneInOrder() throws Exception {
        try (Poller poller = Poller.open()) {
            PolledCommands commands = new PolledCommands(poller);

            assertThat(commands.submit(() -> done.add("one"))).isTrue();
            assertThat(commands.submit(() -> done.add("two"))).isTrue();

            assertThat(poller.await(Duration.ofMinutes(1))).isPositive();
            assertThat(done).isEmpty();
            commands.run();
            assertThat(done).containsExactly("one", "two");
        }
    }

    @Test
    void doesWhatWasSubmittedBeforeTheEndAndTakesNothingAfterIt() throws Exception {
        try (Poller poller = Poller.open()) {
            PolledCommands commands = new PolledCommands(poller);
            commands.submit(() -> {
                done.add("before");
                assertThat(commands.submit(() -> done.add("late"))).isFalse();
            });

            commands.end();

            assertThat(commands.submit(() -> done.add("after"))).isFalse();
            commands.run();
            assertThat(done).containsExactly("before");
        }
    }
}
