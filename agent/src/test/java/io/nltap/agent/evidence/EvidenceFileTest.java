// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.evidence.EvidenceSample;
import io.nltap.netlink.evidence.TapHealth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceFileTest {

    @TempDir
    private Path place;

    @Test
    void holdsWholeLinesUntilItIsFullAndCountsTheRest() throws IOException {
        Path path = place.resolve("evidence.ndjson");
        try (EvidenceFile file = new EvidenceFile(path, sample -> "{\"" + sample.netns() + "\"}", 12)) {
            file.accept(sample("a"));
            file.accept(sample("b"));
            file.accept(sample("c"));

            assertThat(file.samples()).isEqualTo(2);
            assertThat(file.omitted()).isEqualTo(1);
            assertThat(file.problem()).isEmpty();
        }
        assertThat(path).hasContent("{\"a\"}\n{\"b\"}\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
    }

    private static EvidenceSample sample(String netns) {
        return new EvidenceSample(0, netns, List.of(), List.of(), List.of(), new TapHealth(0, 0, 0), 0);
    }
}
