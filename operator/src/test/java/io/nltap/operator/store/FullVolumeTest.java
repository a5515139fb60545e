// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A volume that is really full. Needs to be root, or user namespaces. */
class FullVolumeTest {

    @TempDir
    private Path volume;

    @TempDir
    private Path outcome;

    @Test
    void storesNothingOnAFullVolumeAndGoesOnWhenThereIsRoom() throws Exception {
        String root = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")) ? "" : "r";
        Path told = outcome.resolve("told");
        Process probe = new ProcessBuilder(
                        "unshare",
                        "-m" + root,
                        "sh",
                        "-c",
                        "mount -t tmpfs -o size=1572864 small \"$1\" && exec \"$0\" -cp \"$2\" \"$3\" \"$1\" \"$4\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        volume.toString(),
                        System.getProperty("java.class.path"),
                        FullVolumeProbe.class.getName(),
                        told.toString())
                .redirectErrorStream(true)
                .redirectOutput(outcome.resolve("output").toFile())
                .start();

        boolean ended = probe.waitFor(60, TimeUnit.SECONDS);

        probe.destroyForcibly();
        assertThat(ended).isTrue();
        assertThat(probe.waitFor())
                .as(Files.readString(outcome.resolve("output")))
                .isZero();
        assertThat(Files.readAllLines(told)).isEqualTo(List.of("Stored", "Stored", "FULL", "Absent[]", "[]", "Stored"));
    }
}
