// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.SmallDisk;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full: what is there still gets to the store, and leaves no trace. */
class FullSpoolTest {

    @TempDir
    Path directory;

    @TempDir
    Path outcome;

    @Test
    void uploadsUncompressedAndLeavesNothing() throws Exception {
        Properties told = SmallDisk.fileSystem(directory, 4 << 20).run(FullSpoolProbe.class, directory, outcome);

        assertThat(told.getProperty("key")).endsWith("/0.pcapng");
        assertThat(told.getProperty("size"))
                .isEqualTo(told.getProperty("closed"))
                .isEqualTo(told.getProperty("held"));
        assertThat(told.getProperty("packed").split(" ")).contains("0.pcapng").doesNotContain("0.pcapng.zst");
        assertThat(told.getProperty("stored")).isEqualTo("true");
        assertThat(told.getProperty("confirmed").split(" ")).containsExactlyInAnyOrder("order.json", "0.json");
        assertThat(told.getProperty("left")).as("the lock alone").isEqualTo("1");
        assertThat(told.getProperty("begin")).contains("No space left on device");
        assertThat(told.getProperty("leftOfBegin")).isEqualTo("1");
    }
}
