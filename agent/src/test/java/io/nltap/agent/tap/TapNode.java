// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.linux.BpfFeature;
import io.nltap.agent.linux.KernelModules;
import io.nltap.agent.linux.NetNamespaces;
import io.nltap.agent.linux.Programs;
import io.nltap.agent.linux.Support;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** The node as a test of this room finds and leaves it: no nlmon module, no nlmon devices, the kernel's own autoloading. */
final class TapNode implements AutoCloseable {

    static final Path PROC = Path.of("/proc");
    static final NetNamespaces NAMESPACES = new NetNamespaces(PROC);
    static final Installation INSTALLATION = new Installation("kernel-test");

    /** How many frames the tags of which the tests of this room want. */
    static final long FRAMES = 4096;

    static final long TAG_BYTES = 32 << 20;

    private static final Path MODPROBE = PROC.resolve("sys/kernel/modprobe");

    private final Path memory;
    private final String modprobe;

    /** @param directory for what the agent remembers */
    TapNode(Path directory) throws IOException {
        this.memory = directory.resolve("node").resolve("module");
        this.modprobe = Files.readString(MODPROBE);
        if (isLoaded()) {
            throw new AssertionError("another test left nlmon loaded");
        }
    }

    static boolean isLoaded() throws IOException {
        return Files.readString(PROC.resolve("modules")).lines().anyMatch(line -> line.startsWith("nlmon "));
    }

    static Path modules() throws IOException {
        return Path.of(
                "/lib/modules",
                Files.readString(PROC.resolve("sys/kernel/osrelease")).strip());
    }

    Path memory() {
        return memory;
    }

    /** Makes the kernel unable to load modules by itself, as where its modprobe is out of reach. */
    void forbidAutoload() throws IOException {
        Files.writeString(MODPROBE, "/nonexistent\n");
    }

    Taps taps() throws IOException {
        return taps(modules());
    }

    Taps taps(Path modules) {
        return taps(modules, taggers());
    }

    static Taggers taggers() {
        return new Taggers(KernelPaths.USUAL, new TagBudget(TAG_BYTES));
    }

    /** As on a kernel before 6.6. */
    static Taggers taggersWithoutTcx() {
        return new Taggers(
                () -> {
                    Map<BpfFeature, Support> features =
                            new EnumMap<>(TagAbilities.probe().features());
                    features.put(BpfFeature.TCX, new Support.No("a test's wish"));
                    return new TagAbilities(features);
                },
                TagProgramLoader.ofThisMachine(),
                new TagSelfTest(PROC),
                new TagBudget(TAG_BYTES));
    }

    Taps taps(Taggers taggers) throws IOException {
        return taps(modules(), taggers);
    }

    private Taps taps(Path modules, Taggers taggers) {
        return new Taps(INSTALLATION, NAMESPACES, new NlmonModule(PROC, new ModuleTree(modules), memory), taggers);
    }

    /** The nlmon devices of a namespace as {@code ip} shows them. */
    static String devices(io.nltap.agent.linux.TestNamespace space) throws IOException, InterruptedException {
        return space.run("ip", "-d", "link", "show", "type", "nlmon");
    }

    @Override
    public void close() throws IOException {
        Files.writeString(MODPROBE, modprobe);
        if (isLoaded()) {
            new KernelModules().remove("nlmon");
        }
    }

    static void loadModule() throws IOException, InterruptedException {
        Programs.run("modprobe", "nlmon");
    }
}
