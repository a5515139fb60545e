// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nltap.api.v1alpha1.ModuleState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleMemoryTest {

    @TempDir
    private Path directory;

    private Path file;
    private Path bootId;
    private ModuleMemory memory;

    @BeforeEach
    void boot() throws IOException {
        file = directory.resolve("node/module");
        bootId = Files.writeString(directory.resolve("boot_id"), "boot-1\n");
        memory = new ModuleMemory(file, bootId);
    }

    @Test
    void knowsNothingAtFirst() throws IOException {
        assertThat(memory.recall()).isEmpty();
    }

    @Test
    void anotherAgentRecallsWhatThisOneNoted() throws IOException {
        memory.note(ModuleState.AUTOLOADED);
        memory.note(ModuleState.INSERTED);

        assertThat(new ModuleMemory(file, bootId).recall()).contains(ModuleState.INSERTED);
    }

    @Test
    void forgetsWithTheBoot() throws IOException {
        memory.note(ModuleState.INSERTED);
        Files.writeString(bootId, "boot-2\n");

        assertThat(memory.recall()).isEmpty();
    }

    @Test
    void forgetsWhenTold() throws IOException {
        memory.note(ModuleState.INSERTED);
        memory.forget();
        memory.forget();

        assertThat(memory.recall()).isEmpty();
    }

    @Test
    void saysWhatToDoAboutAFileItDidNotWrite() throws IOException {
        memory.note(ModuleState.INSERTED);
        Files.writeString(file, "boot-1 nonsense\n");

        assertThatThrownBy(memory::recall).hasMessage(file + " does not hold what the agent writes there: delete it");
    }
}
