// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NetNamespacesKernelIT {

    private final NetNamespaces namespaces = new NetNamespaces(Path.of("/proc"));

    @Test
    void findsTheNamespaceOfAProcess() throws Exception {
        try (TestNamespace space = TestNamespace.open()) {
            assertThat(findAll()).contains(space.id(), NetNsId.of(Path.of("/proc/self/ns/net")));
        }
    }

    @Test
    void findsANamespaceThatOnlyAMountKeeps() throws Exception {
        Programs.run("ip", "netns", "add", "kept by mount");
        try {
            NetNsId id = NetNsId.of(Path.of("/run/netns/kept by mount"));

            assertThat(findAll()).contains(id);
        } finally {
            Programs.run("ip", "netns", "delete", "kept by mount");
        }
    }

    @Test
    void findsANamespaceThatOnlyADescriptorKeeps() throws Exception {
        TestNamespace space = TestNamespace.open();
        try (NetNs handle = space.openHandle()) {
            space.endProcess();

            assertThat(findAll()).contains(handle.id());
        }
    }

    @Test
    void saysThatANamespaceMayHideBehindAMountThatIsCovered() throws Exception {
        Programs.run("ip", "netns", "add", "covered");
        Programs.run("mount", "--bind", "/dev/null", "/run/netns/covered");
        try (NetNamespaces.Found found = namespaces.openAll()) {
            assertThat(found.unreadable())
                    .singleElement()
                    .asString()
                    .contains("/run/netns/covered", "is mounted there, but cannot be reached");
        } finally {
            Programs.run("umount", "/run/netns/covered");
            Programs.run("ip", "netns", "delete", "covered");
        }
    }

    @Test
    void aCoveredMountHidesNothingThatIsFoundElsewhere() throws Exception {
        Programs.run("ip", "netns", "add", "covered");
        Process inside = new ProcessBuilder("ip", "netns", "exec", "covered", "sleep", "infinity").start();
        NetNsId id = NetNsId.of(Path.of("/run/netns/covered"));
        await().until(() ->
                NetNsId.of(Path.of("/proc/%d/ns/net".formatted(inside.pid()))).equals(id));
        Programs.run("mount", "--bind", "/dev/null", "/run/netns/covered");
        try (NetNamespaces.Found found = namespaces.openAll()) {
            assertThat(found.unreadable()).isEmpty();
        } finally {
            inside.destroyForcibly().waitFor();
            Programs.run("umount", "/run/netns/covered");
            Programs.run("ip", "netns", "delete", "covered");
        }
    }

    @Test
    void saysOnceForEachProcessThatItMayNotLook() throws Exception {
        try (TestNamespace space = TestNamespace.open();
                NetNamespaces.Found found = Capless.without(List.of(Capability.CAP_SYS_PTRACE), namespaces::openAll)) {
            assertThat(found.unreadable())
                    .containsOnlyOnce("/proc/%1$d/ns/net: permission denied".formatted(space.pid()))
                    .hasSizeLessThan(200);
        }
    }

    @Test
    void seesEverythingOnAnOrdinaryMachine() throws Exception {
        try (NetNamespaces.Found found = namespaces.openAll()) {
            assertThat(found.unreadable()).isEmpty();
        }
    }

    private Set<NetNsId> findAll() throws IOException {
        try (NetNamespaces.Found found = namespaces.openAll()) {
            return Set.copyOf(found.byId().keySet());
        }
    }
}
