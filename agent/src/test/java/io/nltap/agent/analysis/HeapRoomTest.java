// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** In a process of its own, as the heap of this one is not to be filled. */
class HeapRoomTest {

    @Test
    void saysOnceThatTheHeapIsShortBeforeItIsFull() throws Exception {
        Process probe = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HeapProbe.class.getName(),
                        "127")
                .redirectErrorStream(true)
                .start();

        String said = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said).matches("short true at [0-9]+, again false, after all is gone false\n");
    }
}
