// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.frame.Reason;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.KernelModules;
import io.nltap.agent.linux.NetNs;
import io.nltap.agent.linux.Programs;
import io.nltap.agent.linux.TestNamespace;
import io.nltap.api.v1alpha1.ModuleState;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class NlmonModuleKernelIT {

    @TempDir
    private Path directory;

    private TapNode node;
    private TestNamespace space;

    @BeforeEach
    void openNode() throws IOException {
        node = new TapNode(directory);
        space = TestNamespace.open();
    }

    @AfterEach
    void closeNode() throws IOException {
        space.close();
        node.close();
    }

    @Test
    void isLoadedByTheKernelItselfAndRemovedWithTheLastTap() throws Exception {
        try (Taps taps = node.taps()) {
            Tap tap = taps.open(space.pid(), TapNode.FRAMES);
            assertThat(tap.module()).isEqualTo(ModuleState.AUTOLOADED);
            assertThat(TapNode.isLoaded()).isTrue();

            tap.close();

            assertThat(TapNode.isLoaded()).isFalse();
            assertThat(node.memory()).doesNotExist();
        }
    }

    @Test
    void isInsertedFromItsFileWhereTheKernelCannotLoadIt() throws Exception {
        node.forbidAutoload();
        try (Taps taps = node.taps();
                Tap tap = taps.open(space.pid(), TapNode.FRAMES)) {
            assertThat(tap.module()).isEqualTo(ModuleState.INSERTED);
            assertThat(TapNode.devices(space)).contains(TapNode.INSTALLATION.deviceName());
        }
        assertThat(TapNode.isLoaded()).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"xz", "zst", "gz"})
    void isInsertedFromACompressedFile(String suffix) throws Exception {
        node.forbidAutoload();
        Path modules = compressedTree(suffix);
        try (Taps taps = node.taps(modules);
                Tap tap = taps.open(space.pid(), TapNode.FRAMES)) {
            assertThat(tap.module()).isEqualTo(ModuleState.INSERTED);
        }
        assertThat(TapNode.isLoaded()).isFalse();
    }

    private Path compressedTree(String suffix) throws IOException {
        Path modules = Files.createDirectories(directory.resolve("modules"));
        Path file = modules.resolve("nlmon.ko." + suffix);
        byte[] image = Files.readAllBytes(TapNode.modules().resolve("kernel/drivers/net/nlmon.ko"));
        try (OutputStream packed = pack(suffix, Files.newOutputStream(file))) {
            packed.write(image);
        }
        Files.writeString(modules.resolve("modules.dep"), "other.ko: a.ko\nnlmon.ko." + suffix + ":\n");
        return modules;
    }

    private static OutputStream pack(String suffix, OutputStream file) throws IOException {
        return switch (suffix) {
            case "xz" -> new XZOutputStream(file, new LZMA2Options());
            case "zst" -> new ZstdOutputStream(file);
            default -> new GZIPOutputStream(file);
        };
    }

    @Test
    void saysWhatToDoWhereThereIsNone() throws Exception {
        node.forbidAutoload();
        try (Taps taps = node.taps(directory)) {
            assertThatThrownBy(() -> taps.open(space.pid(), TapNode.FRAMES))
                    .isInstanceOfSatisfying(
                            CaptureException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_NLMON))
                    .hasMessageContaining("has no nlmon: it is not built in")
                    .hasMessageContaining(directory.resolve("modules.dep").toString())
                    .hasMessageContaining("Install the package with the kernel's extra modules");
        }
        assertThat(node.memory()).doesNotExist();
    }

    @Test
    void refusesAFileThatIsNoModule() throws Exception {
        node.forbidAutoload();
        Files.writeString(directory.resolve("nlmon.ko"), "this is not an ELF file");
        Files.writeString(directory.resolve("modules.dep"), "nlmon.ko:\n");
        try (Taps taps = node.taps(directory)) {
            assertThatThrownBy(() -> taps.open(space.pid(), TapNode.FRAMES))
                    .isInstanceOfSatisfying(
                            CaptureException.class, e -> assertThat(e.reason()).isEqualTo(Reason.KERNEL_REFUSED))
                    .hasMessage(
                            "cannot load the kernel module nlmon: finit_module %s/nlmon.ko: ENOEXEC (Exec format error)."
                                            .formatted(directory)
                                    + " Install the package with this very kernel's modules once more, and see the"
                                    + " node's kernel log");
        }
        assertThat(node.memory()).doesNotExist();
    }

    @Test
    void saysThatACompressedFileIsDamaged() throws Exception {
        node.forbidAutoload();
        Path modules = compressedTree("xz");
        Path file = modules.resolve("nlmon.ko.xz");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        try (Taps taps = node.taps(modules)) {
            assertThatThrownBy(() -> taps.open(space.pid(), TapNode.FRAMES))
                    .isInstanceOfSatisfying(
                            CaptureException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_NLMON))
                    .hasMessageStartingWith("cannot read the kernel module " + file)
                    .hasMessageEndingWith("Install the package it comes from once more");
        }
        assertThat(node.memory()).doesNotExist();
    }

    @Test
    void staysWhenItWasThereBeforeUs() throws Exception {
        TapNode.loadModule();
        try (Taps taps = node.taps();
                Tap tap = taps.open(space.pid(), TapNode.FRAMES)) {
            assertThat(tap.module()).isEqualTo(ModuleState.PRESENT);
        }
        assertThat(TapNode.isLoaded()).isTrue();
    }

    @ParameterizedTest(name = "a device that is {0}")
    @ValueSource(strings = {"up", "down"})
    void staysWhileSomebodyElseHasADeviceInAnotherNamespace(String state) throws Exception {
        try (TestNamespace other = TestNamespace.open();
                Taps taps = node.taps()) {
            Tap tap = taps.open(space.pid(), TapNode.FRAMES);
            other.run("ip", "link", "add", "theirs", "type", "nlmon");
            other.run("ip", "link", "set", "theirs", state);

            tap.close();
            assertThat(TapNode.isLoaded()).isTrue();
            assertThat(taps.sweep().module()).isEqualTo(ModuleFate.IN_USE);
            assertThat(TapNode.devices(other)).contains("theirs");

            other.run("ip", "link", "delete", "theirs");
            assertThat(taps.sweep().module()).isEqualTo(ModuleFate.REMOVED);
            assertThat(TapNode.isLoaded()).isFalse();
        }
    }

    @Test
    void staysWhileANamespaceWithoutProcessesHoldsADevice() throws Exception {
        try (Taps taps = node.taps()) {
            Tap tap = taps.open(space.pid(), TapNode.FRAMES);
            Programs.run("ip", "netns", "add", "theirs");
            Programs.run("ip", "-n", "theirs", "link", "add", "theirs", "type", "nlmon");

            tap.close();
            assertThat(taps.sweep().module()).isEqualTo(ModuleFate.IN_USE);

            Programs.run("ip", "netns", "delete", "theirs");
            assertThat(taps.sweep().module()).isEqualTo(ModuleFate.REMOVED);
        }
    }

    @Test
    void staysWhenANamespaceCannotBeLookedAt() throws Exception {
        Programs.run("ip", "netns", "add", "hidden");
        Programs.run("mount", "--bind", "/dev/null", "/run/netns/hidden");
        try (Taps taps = node.taps()) {
            taps.open(space.pid(), TapNode.FRAMES).close();

            Cleanup cleanup = taps.sweep();

            assertThat(cleanup.module()).isEqualTo(ModuleFate.UNCERTAIN);
            assertThat(cleanup.problems()).singleElement().asString().contains("/run/netns/hidden");
            assertThat(TapNode.isLoaded()).isTrue();
        } finally {
            Programs.run("umount", "/run/netns/hidden");
            Programs.run("ip", "netns", "delete", "hidden");
        }
    }

    @Test
    void isRememberedBeyondTheDeathOfTheAgent() throws Exception {
        node.taps().open(space.pid(), TapNode.FRAMES); // killed: nothing is closed
        space.close();

        try (Taps nextAgent = node.taps()) {
            assertThat(nextAgent.sweep().module()).isEqualTo(ModuleFate.REMOVED);
        }
        assertThat(TapNode.isLoaded()).isFalse();
    }

    @Test
    void isNotOursWhenTheNoteIsOfAnEarlierBoot() throws Exception {
        TapNode.loadModule();
        Files.createDirectories(node.memory().getParent());
        Files.writeString(node.memory(), "00000000-0000-0000-0000-000000000000 INSERTED\n");

        try (Taps taps = node.taps()) {
            assertThat(taps.sweep().module()).isEqualTo(ModuleFate.NOT_OURS);
        }
        assertThat(TapNode.isLoaded()).isTrue();
    }

    /** What the rules of this room rest on: only devices that are up count as users of the module. */
    @Test
    void theKernelItselfProtectsDevicesThatAreUpAndDeletesThoseThatAreDown() throws Exception {
        KernelModules kernel = new KernelModules();
        space.run("ip", "link", "add", "theirs", "up", "type", "nlmon");
        assertThatThrownBy(() -> kernel.remove("nlmon"))
                .isInstanceOf(KernelException.class)
                .hasMessage("delete_module nlmon: EAGAIN (Resource temporarily unavailable)");

        space.run("ip", "link", "set", "theirs", "down");
        kernel.remove("nlmon");

        assertThat(TapNode.devices(space)).isEmpty();
    }

    @Test
    void takesNoHandleOfANamespaceAlongWhenItFails() throws Exception {
        node.forbidAutoload();
        try (Taps taps = node.taps(directory);
                NetNs handle = space.openHandle()) {
            assertThatThrownBy(() -> taps.open(handle, TapNode.FRAMES)).isInstanceOf(CaptureException.class);
            space.endProcess();
            handle.close();

            try (var found = TapNode.NAMESPACES.openAll()) {
                assertThat(found.byId()).doesNotContainKey(handle.id());
            }
        }
    }
}
