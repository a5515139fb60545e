// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.frame.Reason;
import io.nltap.agent.linux.Capability;
import io.nltap.agent.linux.Capless;
import io.nltap.agent.linux.NetNs;
import io.nltap.agent.linux.NetNsId;
import io.nltap.agent.linux.Programs;
import io.nltap.agent.linux.TestNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TapsKernelIT {

    private static final String DEVICE = TapNode.INSTALLATION.deviceName();
    private static final String ALIAS = TapNode.INSTALLATION.alias();

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
    void theDeviceIsInThePodsNamespaceAndSaysWhoseItIsWhileTheJvmStaysInItsOwn() throws Exception {
        NetNsId home = NetNsId.of(Path.of("/proc/self/ns/net"));
        try (Taps taps = node.taps();
                Tap tap = taps.open(space.pid(), TapNode.FRAMES)) {
            assertThat(TapNode.devices(space)).contains(DEVICE, "alias " + ALIAS, "UP");
            assertThat(tap.device()).isEqualTo(DEVICE);
            assertThat(space.run("cat", "/proc/net/dev")).contains(DEVICE);
            assertThat(Programs.run("ip", "link")).doesNotContain(DEVICE);
            assertThat(NetNsId.of(Path.of("/proc/self/ns/net"))).isEqualTo(home);
            assertThat(NetNsId.of(Path.of("/proc/thread-self/ns/net"))).isEqualTo(home);
        }
        assertThat(space.run("ip", "link")).doesNotContain(DEVICE);
    }

    @Test
    void twoSessionsShareTheDeviceOfANamespaceAndTheLastTakesItAway() throws Exception {
        try (Taps taps = node.taps();
                NetNs handle = space.openHandle()) {
            Tap first = taps.open(space.pid(), TapNode.FRAMES);
            Tap second = taps.open(handle, TapNode.FRAMES);
            assertThat(second.interfaceIndex()).isEqualTo(first.interfaceIndex());
            assertThat(TapNode.devices(space)).containsOnlyOnce(DEVICE + ":");

            first.close();
            first.close(); // a second time, which takes nothing from the other
            assertThat(TapNode.devices(space)).contains(DEVICE);

            second.close();
            assertThat(space.run("ip", "link")).doesNotContain(DEVICE);
        }
    }

    @ParameterizedTest(name = "somebody: ip link {0} ... {1}")
    @CsvSource({"delete, ''", "set, down"})
    void aDeviceThatSomebodyTookAwayIsMadeAnewForWhoeverOpensNext(String action, String argument) throws Exception {
        try (Taps taps = node.taps()) {
            Tap loser = taps.open(space.pid(), TapNode.FRAMES);
            space.run("sh", "-c", "ip link %s %s %s".formatted(action, DEVICE, argument));

            Tap next = taps.open(space.pid(), TapNode.FRAMES);
            assertThat(next.interfaceIndex()).isNotEqualTo(loser.interfaceIndex());
            loser.close();
            assertThat(TapNode.devices(space)).contains(DEVICE, "UP");

            next.close();
            assertThat(TapNode.devices(space)).isEmpty();
        }
        assertThat(TapNode.isLoaded()).isFalse();
    }

    @Test
    void everyNamespaceHasADeviceOfItsOwn() throws Exception {
        try (TestNamespace other = TestNamespace.open();
                Taps taps = node.taps();
                Tap here = taps.open(space.pid(), TapNode.FRAMES);
                Tap there = taps.open(other.pid(), TapNode.FRAMES)) {
            assertThat(here.namespace().id()).isNotEqualTo(there.namespace().id());

            here.close();

            assertThat(TapNode.devices(space)).isEmpty();
            assertThat(TapNode.devices(other)).contains(DEVICE);
        }
    }

    @Test
    void closingTheTapsTakesAwayWhatIsStillShared() throws Exception {
        Taps taps = node.taps();
        Tap tap = taps.open(space.pid(), TapNode.FRAMES);

        taps.close();
        tap.close();

        assertThat(space.run("ip", "link")).doesNotContain(DEVICE);
        assertThat(TapNode.isLoaded()).isFalse();
    }

    @Test
    void aDeadPodsNamespaceEndsWhenItsTapIsClosed() throws Exception {
        try (Taps taps = node.taps()) {
            Tap tap = taps.open(space.pid(), TapNode.FRAMES);
            Programs.run(
                    "ip", "link", "add", "peer0", "type", "veth", "peer", "name", "peer1", "netns", "" + space.pid());
            space.endProcess();

            tap.close();

            await().untilAsserted(
                            () -> assertThat(Programs.run("ip", "-br", "link")).doesNotContain("peer0"));
        }
    }

    @Test
    void saysThatTheProcessHasEnded() throws Exception {
        space.close();
        try (Taps taps = node.taps()) {
            assertRefused(taps, Reason.NETWORK_NAMESPACE_GONE)
                    .hasMessage(
                            "process %1$d ended before its network namespace could be opened: open /proc/%1$d/ns/net: ENOENT (No such file or directory)"
                                    .formatted(space.pid()));
        }
    }

    @Test
    void leavesADeviceOfThatNameAloneWhenItIsNotOurs() throws Exception {
        space.run("ip", "link", "add", DEVICE, "type", "nlmon");
        space.run("ip", "link", "set", DEVICE, "alias", "nltap.io/another/tap");
        try (Taps taps = node.taps()) {
            assertRefused(taps, Reason.DEVICE_NAME_TAKEN)
                    .hasMessageContaining(DEVICE)
                    .hasMessageContaining("nltap.io/another/tap")
                    .hasMessageContaining("rename or delete it, or install nltap with another installation id");
            assertThat(taps.sweep().devicesRemoved()).isZero();
            assertThat(TapNode.devices(space)).contains(DEVICE);
        }
    }

    @Test
    void leavesAnInterfaceOfAnotherKindAlone() throws Exception {
        space.run("ip", "link", "add", DEVICE, "type", "veth", "peer", "name", "x");
        try (Taps taps = node.taps()) {
            assertRefused(taps, Reason.DEVICE_NAME_TAKEN).hasMessageContaining("kind \"veth\"");
            assertThat(space.run("ip", "link")).contains(DEVICE);
        }
    }

    @Test
    void sweepsWhatAKilledAgentLeftInEveryNamespace() throws Exception {
        try (TestNamespace other = TestNamespace.open()) {
            Taps killed = node.taps();
            killed.open(space.pid(), TapNode.FRAMES);
            killed.open(other.pid(), TapNode.FRAMES);
            space.run("ip", "link", "add", "theirs", "type", "nlmon");

            Cleanup cleanup;
            try (Taps next = node.taps()) {
                cleanup = next.sweep();
            }

            assertThat(cleanup.devicesRemoved()).isEqualTo(2);
            assertThat(cleanup.problems()).isEmpty();
            assertThat(TapNode.devices(space)).contains("theirs").doesNotContain(DEVICE);
            assertThat(TapNode.devices(other)).isEmpty();
        }
    }

    @Test
    void sweepsADeviceThatWasMadeButNotYetClaimed() throws Exception {
        space.run("ip", "link", "add", DEVICE, "type", "nlmon");
        try (Taps taps = node.taps()) {
            assertThat(taps.sweep().devicesRemoved()).isEqualTo(1);
        }
        assertThat(TapNode.devices(space)).isEmpty();
    }

    @Test
    void anOpeningThatWasCalledBackLeavesNothing() throws Exception {
        TapNode.loadModule();
        try (Taps taps = node.taps()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> taps.open(space.pid(), TapNode.FRAMES)).isInstanceOf(InterruptedException.class);
            assertThat(Thread.interrupted()).as("said once").isFalse();

            // What the kernel was asked for may still come, and is then taken away.
            await().untilAsserted(() -> assertThat(TapNode.devices(space)).isEmpty());
            try (Tap again = taps.open(space.pid(), TapNode.FRAMES)) {
                assertThat(TapNode.devices(space)).contains(again.device());
            }
        }
        assertThat(TapNode.devices(space)).isEmpty();
    }

    @Test
    void sweepsNoDeviceInUse() throws Exception {
        try (Taps taps = node.taps();
                Tap tap = taps.open(space.pid(), TapNode.FRAMES)) {
            Cleanup cleanup = taps.sweep();

            assertThat(cleanup.devicesRemoved()).isZero();
            assertThat(cleanup.module()).isEqualTo(ModuleFate.IN_USE);
            assertThat(TapNode.devices(space)).contains(tap.device());
        }
    }

    @Test
    void replacesItsOwnLeftOver() throws Exception {
        node.taps().open(space.pid(), TapNode.FRAMES); // killed
        try (Taps next = node.taps();
                Tap tap = next.open(space.pid(), TapNode.FRAMES)) {
            assertThat(TapNode.devices(space))
                    .containsOnlyOnce(tap.device() + ":")
                    .contains("UP");
        }
        assertThat(space.run("ip", "link")).doesNotContain(DEVICE);
    }

    @ParameterizedTest
    @CsvSource({
        "CAP_SYS_PTRACE, cannot open the network namespace of process",
        "CAP_SYS_ADMIN,  cannot enter the network namespace",
        "CAP_NET_ADMIN,  cannot make a tap in"
    })
    void namesTheCapabilityThatIsMissing(Capability missing, String what) throws Exception {
        TapNode.loadModule();
        try (Taps taps = node.taps()) {
            Capless.without(
                    List.of(missing),
                    () -> assertRefused(taps, Reason.MISSING_CAPABILITY)
                            .hasMessageStartingWith(what)
                            .hasMessageContaining("The agent lacks " + missing + ": add it to securityContext"));
        }
    }

    @Test
    void namesTheCapabilityForLoadingTheModule() throws Exception {
        node.forbidAutoload();
        try (Taps taps = node.taps()) {
            Capless.without(
                    List.of(Capability.CAP_SYS_MODULE),
                    () -> assertRefused(taps, Reason.MISSING_CAPABILITY)
                            .hasMessageContaining("cannot load the kernel module nlmon: finit_module")
                            .hasMessageContaining("The agent lacks CAP_SYS_MODULE"));
        }
    }

    private org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
            Taps taps, Reason reason) {
        return assertThatThrownBy(() -> taps.open(space.pid(), TapNode.FRAMES))
                .isInstanceOfSatisfying(
                        CaptureException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
