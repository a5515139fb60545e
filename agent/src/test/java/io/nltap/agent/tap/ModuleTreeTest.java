// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class ModuleTreeTest {

    private static final byte[] IMAGE = "\u007fELF and so on".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path root;

    @ParameterizedTest
    @ValueSource(strings = {"nlmon.ko", "nlmon.ko.xz", "nlmon.ko.zst", "nlmon.ko.gz"})
    void findsTheFileWhateverItsCompressionAndUnpacksIt(String name) throws IOException {
        Path file = Files.createDirectories(root.resolve("kernel/drivers/net")).resolve(name);
        try (OutputStream packed = pack(name, Files.newOutputStream(file))) {
            packed.write(IMAGE);
        }
        list("kernel/net/xnlmon.ko: kernel/drivers/net/nlmon.ko", "kernel/drivers/net/" + name + ":");

        ModuleFile found = new ModuleTree(root).find("nlmon").orElseThrow();

        assertThat(found.path()).isEqualTo(file);
        assertThat(found.image()).isEqualTo(IMAGE);
    }

    @Test
    void findsNothingWhereTheTreeHasNone() throws IOException {
        list("kernel/drivers/net/dummy.ko:");
        assertThat(new ModuleTree(root).find("nlmon")).isEmpty();
    }

    @Test
    void findsNothingWhereTheFileIsListedButNotInstalled() throws IOException {
        list("kernel/drivers/net/nlmon.ko:");
        assertThat(new ModuleTree(root).find("nlmon")).isEmpty();
    }

    @Test
    void findsNothingWhereThereIsNoTree() throws IOException {
        assertThat(new ModuleTree(root.resolve("none")).find("nlmon")).isEmpty();
    }

    @Test
    void isNotFooledByAFileThatUnpacksWithoutEnd() throws IOException {
        Path bomb = root.resolve("nlmon.ko.gz");
        try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(bomb))) {
            byte[] zeros = new byte[1 << 20];
            for (int mebibyte = 0; mebibyte < 65; mebibyte++) {
                packed.write(zeros);
            }
        }
        assertThatThrownBy(() -> new ModuleFile(bomb).image()).hasMessageContaining("it is not a module");
    }

    private void list(String... lines) throws IOException {
        Files.writeString(root.resolve("modules.dep"), String.join("\n", lines) + "\n");
    }

    private static OutputStream pack(String name, OutputStream file) throws IOException {
        return switch (name.substring(name.lastIndexOf('.'))) {
            case ".xz" -> new XZOutputStream(file, new LZMA2Options());
            case ".zst" -> new ZstdOutputStream(file);
            case ".gz" -> new GZIPOutputStream(file);
            default -> file;
        };
    }
}
