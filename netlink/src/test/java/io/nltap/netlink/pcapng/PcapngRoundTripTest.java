// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import static io.nltap.netlink.pcapng.CaptureFile.packets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PcapngRoundTripTest {
    private static final long T0 = 1_750_000_000_123_456_789L;

    static List<ByteOrder> orders() {
        return List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void readsWhatItWrote(ByteOrder order) {
        InterfaceStatistics statistics = InterfaceStatistics.counted(1, T0, T0 + 9, 5, 2, "two were lost");
        CaptureReader reader = new CaptureFile(order)
                .block(new SectionHeader("x86_64", "Linux 6.1", "nltap"))
                .block(new InterfaceDescription("a/β", "first", "Linux"))
                .packet(0, T0, (byte) 1, (byte) 2, (byte) 3)
                .block(new InterfaceDescription("b", "", ""))
                .packet(1, T0 + 1)
                .block(statistics)
                .read();

        List<CapturedPacket> packets = packets(reader);

        assertThat(reader.problems()).isEmpty();
        assertThat(packets).hasSize(2);
        assertThat(packets.get(0).captureInterface()).isEqualTo(new CaptureInterface(0, "a/β", "first", 253));
        assertThat(packets.get(0).timestampNanos()).isEqualTo(T0);
        assertThat(packets.get(0).packetType()).isEqualTo(4);
        assertThat(packets.get(0).protocol()).isZero();
        assertThat(packets.get(0).originalLength()).isEqualTo(3);
        assertThat(packets.get(0).datagram()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertThat(packets.get(0).datagram().order()).isEqualTo(order);
        assertThat(packets.get(1).captureInterface().name()).isEqualTo("b");
        assertThat(packets.get(1).datagram().remaining()).isZero();
        assertThat(reader.statistics()).containsExactly(statistics);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 3776, 262_126, 262_127, 262_128})
    void packetsOfAnyLengthHaveTheLengthThatWasForetold(int captured) {
        ByteBuffer from = ByteBuffer.allocate(captured + 7).put(5, (byte) 9);
        ByteBuffer out = ByteBuffer.allocate(300_000).order(ByteOrder.LITTLE_ENDIAN);

        EnhancedPacket.put(out, 0, T0, 4, 16, captured, from, 5, captured, PacketOptions.NONE);

        assertThat(out.position())
                .isEqualTo(EnhancedPacket.length(captured, PacketOptions.NONE))
                .matches(each -> each % 4 == 0);
        assertThat(out.getInt(20)).isEqualTo(16 + captured);
        assertThat(out.getInt(out.position() - 4)).isEqualTo(out.position());
        assertThat(from.position()).isZero();
    }

    @Test
    void captureStopsAtTheSnaplenAndTheTrueLengthStays() {
        int sent = 1_100_000;
        ByteBuffer out = ByteBuffer.allocate(300_000).order(ByteOrder.LITTLE_ENDIAN);

        EnhancedPacket.put(out, 0, T0, 4, 12, sent, ByteBuffer.allocate(sent), 0, sent, PacketOptions.NONE);

        assertThat(out.position()).isEqualTo(EnhancedPacket.length(sent, PacketOptions.NONE));
        assertThat(out.getInt(20)).as("captured").isEqualTo(262_144);
        assertThat(out.getInt(24)).as("original").isEqualTo(sent + 16);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void theCookedHeaderIsInNetworkByteOrder(ByteOrder order) {
        ByteBuffer out = ByteBuffer.allocate(100).order(order);

        EnhancedPacket.put(out, 0, T0, 4, 0x10, 0, ByteBuffer.allocate(0), 0, 0, PacketOptions.NONE);

        byte[] cooked = new byte[16];
        out.get(28, cooked);
        assertThat(cooked).containsExactly(0, 4, 0x03, 0x38, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10);
    }

    @Test
    void writesNothingBeyondTheBuffer() {
        ByteBuffer small = ByteBuffer.allocate(EnhancedPacket.length(20, PacketOptions.NONE) - 1);

        assertThatExceptionOfType(BufferOverflowException.class)
                .isThrownBy(() ->
                        EnhancedPacket.put(small, 0, T0, 4, 0, 20, ByteBuffer.allocate(20), 0, 20, PacketOptions.NONE));
    }

    @Test
    void cutsTextsThatAreTooLongBetweenTwoCharacters() {
        CaptureReader reader = new CaptureFile(ByteOrder.LITTLE_ENDIAN)
                .section()
                .block(new InterfaceDescription("x" + "β".repeat(40_000), "", ""))
                .read();

        packets(reader);

        assertThat(reader.problems()).isEmpty();
        assertThat(reader.interfaces().get(0).name()).isEqualTo("x" + "β".repeat(2047));
    }

    @Test
    void leavesOutWhatIsNotKnown() {
        CaptureReader reader = new CaptureFile(ByteOrder.LITTLE_ENDIAN)
                .section()
                .netlinkInterface("a")
                .block(InterfaceStatistics.unknown(0, T0, "killed"))
                .read();

        packets(reader);

        assertThat(reader.statistics()).singleElement().satisfies(each -> {
            assertThat(each.comment()).isEqualTo("killed");
            assertThat(each.timestampNanos()).isEqualTo(T0);
            assertThat(each.received()).isEqualTo(OptionalLong.empty());
        });
    }

    @Test
    void foretellsTheLengthOfEachBlock() {
        List<Block> blocks = List.of(
                new SectionHeader("", "", ""),
                new SectionHeader("x86_64", "Linux", "nltap 1"),
                new InterfaceDescription("", "", ""),
                new InterfaceDescription("abc", "defgh", "i"),
                InterfaceStatistics.unknown(0, 0, ""),
                InterfaceStatistics.counted(0, 1, 2, 3, 4, "why"));

        assertThat(blocks).allSatisfy(block -> {
            ByteBuffer out = ByteBuffer.allocate(1000);
            block.putInto(out);
            assertThat(out.position()).isEqualTo(block.length());
        });
    }
}
