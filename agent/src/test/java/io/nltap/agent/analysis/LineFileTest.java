// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.frame.DiskSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineFileTest {

    @TempDir
    private Path place;

    @Test
    void holdsWholeLinesUntilItIsFullAndCountsTheRest() throws IOException {
        Path path = place.resolve("evidence.ndjson");
        try (LineFile<String> file = new LineFile<>(path, value -> "{\"" + value + "\"}", 12, DiskSpace.WHOLE)) {
            file.accept("a");
            file.accept("b");
            file.accept("c");

            assertThat(file.lines()).isEqualTo(2);
            assertThat(file.omitted()).isEqualTo(1);
            assertThat(file.problem()).isEmpty();
        }
        assertThat(path).hasContent("{\"a\"}\n{\"b\"}\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
    }
}
