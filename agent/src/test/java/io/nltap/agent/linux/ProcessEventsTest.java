// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** On this machine's own kernel, where it has a process connector and tells root of it. */
class ProcessEventsTest {

    private static final Path PROC = Path.of("/proc");

    @Test
    void hearsOfEveryProcessHoweverShortItLives() throws Exception {
        try (ProcessEvents events = open()) {
            Process shell = new ProcessBuilder("sh", "-c", "for i in $(seq 200); do /bin/true; done; sleep 0")
                    .inheritIO()
                    .start();
            shell.waitFor();

            Descendants descendants = new Descendants((int) shell.pid());
            events.drain(descendants);

            assertThat(descendants.found).hasSizeGreaterThanOrEqualTo(201);
        }
    }

    @Test
    void hearsNothingAnyMoreWhenItIsClosed() throws Exception {
        ProcessEvents events = open();
        events.close();

        assertThatThrownBy(events::fd).isInstanceOf(IllegalStateException.class);
    }

    private static ProcessEvents open() throws InterruptedException {
        try (NetNs machine = NetNs.open(PROC.resolve("self/ns/net"))) {
            return ProcessEvents.open(machine);
        } catch (IOException e) {
            return Assumptions.abort("this kernel does not tell us of processes: " + e.getMessage());
        }
    }

    private static final class Descendants implements ProcessEvents.Listener {
        private final int root;
        private final Set<Integer> found = new HashSet<>();

        private Descendants(int root) {
            this.root = root;
        }

        @Override
        public void forked(int parent, int child) {
            if (parent == root || found.contains(parent)) {
                found.add(child);
            }
        }

        @Override
        public void lost() {
            throw new AssertionError("events were lost");
        }
    }
}
