// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a process table of the test's own, so that no kernel tells of new processes. */
class ProcessFamilyTest {

    @TempDir
    private Path proc;

    @BeforeEach
    void someProcesses() throws IOException {
        process(1, 0);
        process(10, 1);
        process(11, 10);
        process(12, 11);
        process(20, 1);
    }

    private void process(int pid, int parent) throws IOException {
        Path directory = Files.createDirectories(proc.resolve(Integer.toString(pid)));
        Files.writeString(directory.resolve("stat"), "%d (a) b (c) S %d 1 1 0".formatted(pid, parent));
    }

    private void end(int pid) throws IOException {
        Path directory = proc.resolve(Integer.toString(pid));
        Files.delete(directory.resolve("stat"));
        Files.delete(directory);
    }

    private ProcessFamily familyOf(int root) throws InterruptedException {
        return ProcessFamily.open(proc, List.of(root));
    }

    @Test
    void holdsAProcessAndAllThatDescendsFromIt() throws Exception {
        try (ProcessFamily family = familyOf(10)) {
            assertThat(family.alive()).containsExactly(10, 11, 12);
            assertThat(family.includes(12)).isTrue();
            assertThat(family.includes(20)).isFalse();
            assertThat(family.includes(1)).isFalse();
        }
    }

    @Test
    void growsByChildrenThatComeLater() throws Exception {
        try (ProcessFamily family = familyOf(10)) {
            process(13, 12);

            assertThat(family.includes(13)).isTrue();
            assertThat(family.alive()).containsExactly(10, 11, 12, 13);
        }
    }

    @Test
    void keepsAMemberThatHasEndedAsItsLastMessagesMayStillCome() throws Exception {
        try (ProcessFamily family = familyOf(10)) {
            end(12);

            assertThat(family.includes(12)).isTrue();
            assertThat(family.alive()).containsExactly(10, 11);
        }
    }

    @Test
    void saysThatChildrenMayBeMissed() throws Exception {
        try (ProcessFamily family = familyOf(10)) {
            assertThat(family.lacking()).contains("does not tell of new processes", "may be missing");
        }
    }
}
