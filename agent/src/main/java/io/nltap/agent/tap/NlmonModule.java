// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.frame.KernelRefusal;
import io.nltap.agent.frame.Reason;
import io.nltap.agent.linux.Capability;
import io.nltap.agent.linux.Errno;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.KernelModules;
import io.nltap.api.v1alpha1.ModuleState;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The kernel module behind the taps. Removing it silently takes every nlmon device of the node with it, other people's
 * too: the kernel does not count devices that are down. So it is only removed when it was us who had it loaded and
 * nobody can be using it.
 */
public final class NlmonModule {

    static final String NAME = "nlmon";

    private final Path proc;
    private final ModuleTree tree;
    private final ModuleMemory memory;
    private final KernelModules kernel = new KernelModules();

    /**
     * @param proc the node's /proc
     * @param tree the modules of the node's kernel
     * @param memory a file on the node that outlives the agent; best below /run, as it means nothing after a boot
     */
    public NlmonModule(Path proc, ModuleTree tree, Path memory) {
        this.proc = proc;
        this.tree = tree;
        this.memory = new ModuleMemory(memory, proc.resolve("sys/kernel/random/boot_id"));
    }

    /** Whether it is loaded as a module; one that is built in is not. */
    boolean isLoaded() throws IOException {
        try (Stream<String> modules = Files.lines(proc.resolve("modules"))) {
            return modules.anyMatch(line -> line.startsWith(NAME + " "));
        } catch (NoSuchFileException e) {
            // A kernel built without modules.
            return false;
        }
    }

    /**
     * To be called before a device is made, which may make the kernel load the module. The note is written first, so that
     * not even a SIGKILL in between leaves a module that nobody answers for.
     */
    void expectAutoload() throws IOException {
        if (isLoaded()) {
            return;
        }
        memory.note(ModuleState.AUTOLOADED);
    }

    /** To be called after a device was made, or was not: how the module came to be there. */
    ModuleState settle() throws IOException {
        if (!isLoaded()) {
            // Built in, or not there at all.
            memory.forget();
            return ModuleState.PRESENT;
        }
        return memory.recall().orElse(ModuleState.PRESENT);
    }

    /** Gives the module's file to the kernel, for kernels that cannot reach modprobe. */
    void insert() throws CaptureException, IOException {
        ModuleFile file = tree.find(NAME).orElseThrow(this::missing);
        memory.note(ModuleState.INSERTED);
        try {
            file.insert(kernel);
        } catch (KernelException e) {
            if (!e.is(Errno.EEXIST)) {
                throw refused(e);
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw new CaptureException(
                    Reason.NO_NLMON,
                    "cannot read the kernel module %s: %s. Install the package it comes from once more"
                            .formatted(file.path(), e),
                    e);
        }
    }

    private static CaptureException refused(KernelException e) {
        String what = "cannot load the kernel module nlmon";
        if (e.is(Errno.EPERM) || e.is(Errno.EACCES)) {
            return KernelRefusal.of(what, e, Capability.CAP_SYS_MODULE);
        }
        return new CaptureException(
                e.is(Errno.ENOSYS) ? Reason.NO_NLMON : Reason.KERNEL_REFUSED,
                "%s: %s. %s".formatted(what, e.getMessage(), remedy(e)),
                e);
    }

    private static String remedy(KernelException e) {
        if (e.is(Errno.ENOSYS)) {
            return "This kernel was built without loadable modules: run one with CONFIG_NLMON";
        }
        if (e.is(Errno.EKEYREJECTED) || e.is(Errno.ENOKEY)) {
            return "This kernel takes only modules signed for it: install the one of its distribution";
        }
        return "Install the package with this very kernel's modules once more, and see the node's kernel log";
    }

    private CaptureException missing() {
        return new CaptureException(
                Reason.NO_NLMON,
                "this node's kernel %s has no nlmon: it is not built in, the kernel could not load it, and %s lists no %s.ko"
                                .formatted(kernelRelease(), tree.dependencies(), NAME)
                        + ". Install the package with the kernel's extra modules (linux-modules-extra-%s, kernel-modules-extra)"
                                .formatted(kernelRelease())
                        + " or run a kernel built with CONFIG_NLMON");
    }

    private String kernelRelease() {
        try {
            return Files.readString(proc.resolve("sys/kernel/osrelease")).strip();
        } catch (IOException e) {
            return "(release unknown: " + e.getMessage() + ")";
        }
    }

    /** Whether it was us who had the module loaded, and it still is. */
    boolean isOurs() throws IOException {
        Optional<ModuleState> how = memory.recall();
        if (how.isPresent() && !isLoaded()) {
            memory.forget();
            return false;
        }
        return how.isPresent();
    }

    /** Takes the module out. Only for callers who know that no namespace of the node holds an nlmon device. */
    void remove() throws IOException {
        try {
            kernel.remove(NAME);
        } catch (KernelException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
        memory.forget();
    }
}
