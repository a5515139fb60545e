// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import static io.nltap.netlink.pcapng.CaptureFile.packets;
import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.Captures;
import io.nltap.netlink.pcapng.CaptureProblem.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PcapReaderTest {
    private static final int MICROSECONDS = 0xA1B2C3D4;
    private static final int NANOSECONDS = 0xA1B23C4D;

    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of(ByteOrder.LITTLE_ENDIAN, MICROSECONDS, 1_750_000_000_123_456_000L),
                Arguments.of(ByteOrder.BIG_ENDIAN, MICROSECONDS, 1_750_000_000_123_456_000L),
                Arguments.of(ByteOrder.LITTLE_ENDIAN, NANOSECONDS, 1_750_000_000_000_123_456L),
                Arguments.of(ByteOrder.BIG_ENDIAN, NANOSECONDS, 1_750_000_000_000_123_456L));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void readsBothByteOrdersAndResolutions(ByteOrder order, int magic, long nanos) {
        ByteBuffer file = header(order, magic, 253);
        record(file, 1_750_000_000, 123_456, 16 + 3, 16 + 9).put(new byte[] {7, 8, 9});

        CaptureReader reader = CaptureReader.of(file.flip());
        List<CapturedPacket> packets = packets(reader);

        assertThat(packets).singleElement().satisfies(packet -> {
            assertThat(packet.timestampNanos()).isEqualTo(nanos);
            assertThat(packet.packetType()).isEqualTo(6);
            assertThat(packet.protocol()).isEqualTo(12);
            assertThat(packet.originalLength()).isEqualTo(9);
            assertThat(packet.datagram()).isEqualTo(ByteBuffer.wrap(new byte[] {7, 8, 9}));
            assertThat(packet.datagram().order()).isEqualTo(order);
        });
        assertThat(reader.problems()).isEmpty();
        assertThat(reader.wholeLength()).isEqualTo(file.limit());
    }

    @Test
    void readsWhatTcpdumpWrote() {
        CaptureReader reader = CaptureReader.of(Captures.read("nft-flush"));

        assertThat(packets(reader)).hasSize(3).allSatisfy(packet -> {
            assertThat(packet.protocol()).isEqualTo(12);
            assertThat(packet.packetType()).as("outgoing, as all of nlmon").isEqualTo(4);
        });
        assertThat(reader.problems()).isEmpty();
    }

    @Test
    void stopsAtARecordThatIsCutOff() {
        ByteBuffer file = header(ByteOrder.LITTLE_ENDIAN, NANOSECONDS, 253);
        record(file, 1, 0, 16, 16);
        int whole = file.position();
        record(file, 2, 0, 20, 20).put(new byte[3]);

        CaptureReader reader = CaptureReader.of(file.flip());

        assertThat(packets(reader)).hasSize(1);
        assertThat(reader.problems()).extracting(CaptureProblem::reason).containsExactly(Reason.CUT_OFF);
        assertThat(reader.wholeLength()).isEqualTo(whole);
    }

    @Test
    void leavesOutAPacketWithoutCookedHeader() {
        ByteBuffer file = header(ByteOrder.LITTLE_ENDIAN, NANOSECONDS, 253);
        file.putInt(1).putInt(0).putInt(4).putInt(4).putInt(0);
        record(file, 2, 0, 16, 16);

        CaptureReader reader = CaptureReader.of(file.flip());

        assertThat(packets(reader)).hasSize(1);
        assertThat(reader.problems()).extracting(CaptureProblem::reason).containsExactly(Reason.BAD_CONTENT);
    }

    @Test
    void countsPacketsThatAreNoNetlink() {
        ByteBuffer file = header(ByteOrder.LITTLE_ENDIAN, NANOSECONDS, 1);
        record(file, 1, 0, 16, 16);

        CaptureReader reader = CaptureReader.of(file.flip());

        assertThat(packets(reader)).isEmpty();
        assertThat(reader.skipped()).isEqualTo(1);
    }

    @Test
    void anythingElseIsNoCapture() {
        CaptureReader reader = CaptureReader.of(ByteBuffer.allocate(100));

        assertThat(packets(reader)).isEmpty();
        assertThat(reader.problems()).extracting(CaptureProblem::reason).containsExactly(Reason.NOT_A_CAPTURE);
    }

    private static ByteBuffer header(ByteOrder order, int magic, int linkType) {
        return ByteBuffer.allocate(1000)
                .order(order)
                .putInt(magic)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(262_144)
                .putInt(linkType);
    }

    private static ByteBuffer record(ByteBuffer file, int seconds, int fraction, int captured, int original) {
        file.putInt(seconds).putInt(fraction).putInt(captured).putInt(original);
        return file.put(new byte[] {0, 6, 3, 0x38, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12});
    }
}
