// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputDirectoryTest {

    @TempDir
    private Path place;

    @Test
    void makesADirectoryThatOnlyItsOwnerCanLookInto() throws Exception {
        Path wanted = place.resolve("a/b");

        OutputDirectory.open(wanted);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(wanted)))
                .isEqualTo("rwx------");
        assertThat(wanted).isEmptyDirectory();
    }

    @Test
    void takesADirectoryThatIsThere() throws Exception {
        Files.writeString(place.resolve("notes.txt"), "mine");

        OutputDirectory out = OutputDirectory.open(place);

        assertThat(out.path()).isEqualTo(place.toRealPath());
    }

    @ParameterizedTest
    @ValueSource(strings = {"capture.pcapng", "record.json", "0.pcapng.part"})
    void overwritesNoOtherRecording(String file) throws Exception {
        Files.writeString(place.resolve(file), "precious");

        assertThatThrownBy(() -> OutputDirectory.open(place))
                .isInstanceOf(CommandProblem.class)
                .hasMessage(
                        "--out %s holds %s of another recording: name a new directory, or move that away", place, file);
    }

    @Test
    void saysThatAFileIsNoDirectory() throws Exception {
        Path file = Files.writeString(place.resolve("file"), "");

        assertThatThrownBy(() -> OutputDirectory.open(file.resolve("x")))
                .isInstanceOf(CommandProblem.class)
                .hasMessageContaining("file");
        assertThatThrownBy(() -> OutputDirectory.open(file))
                .isInstanceOf(CommandProblem.class)
                .hasMessageContaining("is a file: name a directory");
    }

    @Test
    void saysThatItCannotWriteThere() {
        assertThatThrownBy(() -> OutputDirectory.open(Path.of("/proc/nltap")))
                .isInstanceOf(CommandProblem.class)
                .hasMessageStartingWith("--out /proc/nltap: ");
    }

    @Test
    void writesTheReportForItsOwnerOnly() throws Exception {
        Path report = OutputDirectory.open(place).writeReport("{}\n".getBytes(StandardCharsets.UTF_8));

        assertThat(report).hasFileName("record.json").hasContent("{}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(report)))
                .isEqualTo("rw-------");
    }

    @Test
    void tellsTheDigestOfAFile() throws Exception {
        Path file = Files.writeString(place.resolve("abc"), "abc");

        assertThat(OutputDirectory.sha256(file))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
