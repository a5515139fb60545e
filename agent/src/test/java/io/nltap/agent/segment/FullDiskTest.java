// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.SmallDisk;
import io.nltap.netlink.pcapng.CaptureReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full: what it took stays readable, and every frame that it did not take is counted. */
class FullDiskTest {
    @TempDir
    Path directory;

    @TempDir
    Path outcome;

    @Test
    void keepsWhatFitsBelowAFileSizeLimit() throws Exception {
        int limit = 2_500_001; // in the middle of a block

        verify(SmallDisk.fileSizeLimit(limit).run(FullDiskProbe.class, directory, outcome), limit);
    }

    @Test
    void keepsWhatFitsOnASmallFileSystem() throws Exception {
        int size = 2 << 20;

        verify(SmallDisk.fileSystem(directory, size).run(FullDiskProbe.class, directory, outcome), size);
    }

    private void verify(Properties told, long limit) throws IOException {
        assertThat(told.getProperty("reason")).isEqualTo("DISK_FULL");
        assertThat(told.getProperty("message")).contains("0.pcapng.part").contains("free space");
        long frames = Long.parseLong(told.getProperty("frames"));
        long lost = Long.parseLong(told.getProperty("lost"));
        assertThat(frames + lost).isEqualTo(FullDiskProbe.FRAMES);
        byte[] file = Files.readAllBytes(outcome.resolve("0.pcapng"));
        assertThat(file.length).isGreaterThan((int) limit - 8192).isLessThanOrEqualTo((int) limit);
        CaptureReader reader = CaptureReader.of(ByteBuffer.wrap(file));
        long read = 0;
        while (reader.next().isPresent()) {
            read++;
        }
        assertThat(reader.problems()).isEmpty();
        assertThat(read).isEqualTo(frames);
        assertThat(Long.parseLong(told.getProperty("messages"))).isEqualTo(2 * frames);
        assertThat(told.getProperty("closed"))
                .contains("frames=" + frames, "bytes=" + file.length)
                .contains("lastTimeNanos=" + (frames - 1));
        assertThat(outcome.resolve("0.pcapng.part")).doesNotExist();
    }
}
