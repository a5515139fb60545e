// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.frame.Reason;
import io.nltap.agent.frame.SeenFrame;
import io.nltap.agent.linux.Capabilities;
import io.nltap.agent.linux.Capability;
import io.nltap.agent.linux.NetNs;
import io.nltap.agent.linux.TestNamespace;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The ring on the kernel the build runs on, with plain packets in a namespace of the test's own. Without the rights for
 * that it is the refusal that is tested.
 */
class PacketRingOnLoopbackTest {

    private static final int LOOPBACK = 1;
    private static final int ETH_P_IP = 0x0800;
    private static final int ETHERNET_IP_UDP = 14 + 20 + 8;
    private static final long SIZE = 2 << 20;

    private final RingBudget budget = new RingBudget(SIZE);
    private final List<SeenFrame> seen = new ArrayList<>();

    @Test
    void showsWhatPassesTheInterfaceOrNamesTheMissingCapability() throws Exception {
        if (!Capabilities.ofSelf().has(Capability.CAP_SYS_ADMIN)) {
            assertThatThrownBy(() -> PacketRing.open("lo", LOOPBACK, budget.reserve(SIZE), PacketRing.PROMPT))
                    .isInstanceOfSatisfying(
                            CaptureException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MISSING_CAPABILITY))
                    .hasMessageContaining("The agent lacks CAP_NET_RAW");
            return;
        }
        try (TestNamespace space = TestNamespace.open();
                NetNs namespace = space.openHandle()) {
            space.run("ip", "link", "set", "lo", "up");
            RingMemory memory = budget.reserve(SIZE);
            try (PacketRing ring = namespace.visit(() -> PacketRing.open("lo", LOOPBACK, memory, PacketRing.PROMPT));
                    DatagramSocket socket = namespace.visit(PacketRingOnLoopbackTest::openSocket)) {
                List<String> sent = Stream.of("one", "two", "three").toList();
                for (String text : sent) {
                    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
                    socket.send(new DatagramPacket(
                            bytes, bytes.length, InetAddress.getLoopbackAddress(), socket.getLocalPort()));
                }
                ring.drainLast(frame -> seen.add(SeenFrame.of(frame)));

                // Each packet passes loopback twice: on its way out (4) and in (0).
                assertThat(payloads(4)).containsExactlyElementsOf(sent);
                assertThat(payloads(0)).containsExactlyElementsOf(sent);
                assertThat(ring.dropped()).isZero();
            }
        }
        assertThat(budget.free()).isEqualTo(SIZE);
    }

    @ParameterizedTest
    @ValueSource(ints = {RingLayout.MINIMUM_BLOCKS, 12})
    void isCrowdedLongBeforeItIsFull(int blocks) throws Exception {
        if (!Capabilities.ofSelf().has(Capability.CAP_SYS_ADMIN)) {
            assertThat(Capabilities.ofSelf().has(Capability.CAP_NET_RAW)).isFalse();
            return;
        }
        long size = (long) blocks * RingLayout.BLOCK_SIZE;
        try (TestNamespace space = TestNamespace.open();
                NetNs namespace = space.openHandle()) {
            space.run("ip", "link", "set", "lo", "up");
            RingMemory memory = new RingBudget(size).reserve(size);
            try (PacketRing ring = namespace.visit(() -> PacketRing.open("lo", LOOPBACK, memory, PacketRing.PROMPT));
                    DatagramSocket socket = namespace.visit(PacketRingOnLoopbackTest::openSocket)) {
                boolean crowdedWhenEmpty = ring.isCrowded();
                long bytes = 0;
                while (!ring.isCrowded() && bytes < size) {
                    byte[] kilobyte = new byte[1024];
                    socket.send(new DatagramPacket(
                            kilobyte, kilobyte.length, InetAddress.getLoopbackAddress(), socket.getLocalPort()));
                    bytes += 2 * kilobyte.length;
                }
                List<Boolean> crowdedWhileDrained = new ArrayList<>();
                ring.drainLast(frame -> crowdedWhileDrained.add(ring.isCrowded()));

                assertThat(crowdedWhenEmpty).isFalse();
                assertThat(bytes).isBetween(size / 5, size * 3 / 5);
                assertThat(ring.dropped()).isZero();
                assertThat(crowdedWhileDrained).startsWith(true).endsWith(false);
            }
        }
    }

    private static DatagramSocket openSocket() {
        try {
            return new DatagramSocket(0, InetAddress.getLoopbackAddress());
        } catch (java.net.SocketException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> payloads(int packetType) {
        return seen.stream()
                .filter(frame -> frame.protocol() == ETH_P_IP && frame.packetType() == packetType)
                .map(frame -> new String(
                        frame.bytes(),
                        ETHERNET_IP_UDP,
                        frame.capturedLength() - ETHERNET_IP_UDP,
                        StandardCharsets.US_ASCII))
                .toList();
    }
}
