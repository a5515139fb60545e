// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorScansTest {
    private static final int PID = 700;

    @TempDir
    Path proc;

    private long now = 100;

    @Test
    void readsAProcessOnceForAllThatWasSaidBefore() throws IOException {
        DescriptorScans read = new DescriptorScans(proc, () -> now);
        hold("3", 77);
        assertThat(read.of(PID, 90)).containsExactly(77L);
        hold("4", 78);

        assertThat(read.of(PID, 99)).containsExactly(77L);
        assertThat(read.holder(77, 99)).hasValue(PID);
        assertThat(read.holder(78, 99)).isEmpty();
        assertThat(read.descriptor(PID, 77, 99)).hasValue(3);
        assertThat(read.descriptor(PID, 78, 99)).isEmpty();
        now = 200;
        assertThat(read.of(PID, 150)).containsExactlyInAnyOrder(77L, 78L);
        assertThat(read.holder(78, 150)).hasValue(PID);
    }

    @Test
    void findsNothingOfOneThatHasEnded() {
        assertThat(new DescriptorScans(proc, () -> now).of(PID, 0)).isEmpty();
    }

    private void hold(String descriptor, long inode) throws IOException {
        Path fd = Files.createDirectories(proc.resolve(Integer.toString(PID)).resolve("fd"));
        Files.createSymbolicLink(fd.resolve(descriptor), Path.of("socket:[" + inode + "]"));
    }
}
