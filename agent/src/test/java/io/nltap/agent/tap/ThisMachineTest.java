// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.frame.Reason;
import io.nltap.agent.linux.Capabilities;
import io.nltap.agent.linux.Capability;
import io.nltap.agent.linux.NetNamespaces;
import io.nltap.agent.linux.TestNamespace;
import io.nltap.api.v1alpha1.ModuleState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * On the kernel the build runs on, whatever it is: with nlmon there is a tap, without it or without the rights for it there
 * is a reason. Each machine sees one of the three outcomes, and on none is nothing asserted.
 */
class ThisMachineTest {

    private static final Path PROC = Path.of("/proc");

    @TempDir
    private Path directory;

    @Test
    void hasATapOrAReasonWhyNot() throws Exception {
        String release = Files.readString(PROC.resolve("sys/kernel/osrelease")).strip();
        ModuleTree tree = new ModuleTree(Path.of("/lib/modules").resolve(release));
        NlmonModule module = new NlmonModule(PROC, tree, directory.resolve("module"));
        Taggers taggers = new Taggers(KernelPaths.USUAL, new TagBudget(TapNode.TAG_BYTES));
        try (Taps taps = new Taps(new Installation("this-machine"), new NetNamespaces(PROC), module, taggers)) {
            if (!Capabilities.ofSelf().has(Capability.CAP_SYS_ADMIN)) {
                // Its own namespace it may open, but not enter.
                assertRefused(taps, (int) ProcessHandle.current().pid(), Reason.MISSING_CAPABILITY)
                        .hasMessageContaining("The agent lacks CAP_SYS_ADMIN");
                return;
            }
            try (TestNamespace space = TestNamespace.open()) {
                if (kernelHasNlmon(module, tree)) {
                    try (Tap tap = taps.open(space.pid(), TapNode.FRAMES)) {
                        assertThat(tap.module()).isIn((Object[]) ModuleState.values());
                        assertThat(space.run("cat", "/proc/net/dev")).contains(tap.device());
                    }
                } else {
                    assertRefused(taps, space.pid(), Reason.NO_NLMON)
                            .hasMessageContaining("this node's kernel " + release + " has no nlmon")
                            .hasMessageContaining("or run a kernel built with CONFIG_NLMON");
                }
                assertThat(space.run("cat", "/proc/net/dev")).doesNotContain("nltap-");
            }
        }
        assertThat(directory.resolve("module")).doesNotExist();
    }

    private static boolean kernelHasNlmon(NlmonModule module, ModuleTree tree) throws IOException {
        return module.isLoaded() || tree.find(NlmonModule.NAME).isPresent() || isBuiltIn(tree);
    }

    private static boolean isBuiltIn(ModuleTree tree) throws IOException {
        Path builtIn = tree.root().resolve("modules.builtin");
        return Files.exists(builtIn) && Files.readString(builtIn).contains("/nlmon.ko");
    }

    private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertRefused(Taps taps, int pid, Reason reason) {
        CaptureException refusal = catchThrowableOfType(CaptureException.class, () -> taps.open(pid, TapNode.FRAMES));
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(reason);
        return assertThat(refusal);
    }
}
