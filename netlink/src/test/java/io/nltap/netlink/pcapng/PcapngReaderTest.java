// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import static io.nltap.netlink.pcapng.CaptureFile.packets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.nltap.netlink.pcapng.CaptureProblem.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PcapngReaderTest {
    private static final int ETHERNET = 1;

    private final CaptureFile file = new CaptureFile(ByteOrder.LITTLE_ENDIAN);

    @Test
    void passesOverBlocksThatItDoesNotKnow() {
        CaptureReader reader = file.section()
                .raw(0x0000_0BAD, body -> body.putLong(1))
                .netlinkInterface("a")
                .raw(0x4000_0001, body -> {})
                .packet(0, 1)
                .read();

        assertThat(packets(reader)).hasSize(1);
        assertThat(reader.problems()).isEmpty();
        assertThat(reader.skipped()).isZero();
    }

    @Test
    void countsPacketsThatAreNoNetlink() {
        CaptureReader reader = file.section()
                .raw(
                        1,
                        body -> body.putShort((short) ETHERNET)
                                .putShort((short) 0)
                                .putInt(0))
                .netlinkInterface("b")
                .packet(0, 1)
                .packet(1, 2)
                .raw(3, body -> body.putInt(4).putInt(0)) // simple packets have no time
                .read();

        assertThat(packets(reader)).extracting(CapturedPacket::timestampNanos).containsExactly(2L);
        assertThat(reader.skipped()).isEqualTo(2);
        assertThat(reader.problems()).isEmpty();
    }

    @Test
    void eachSectionHasItsOwnInterfacesAndByteOrder() {
        ByteBuffer second = new CaptureFile(ByteOrder.BIG_ENDIAN)
                .section()
                .netlinkInterface("c")
                .packet(0, 3)
                .bytes();
        CaptureReader reader = file.section()
                .netlinkInterface("a")
                .netlinkInterface("b")
                .packet(1, 2)
                .put(out -> out.put(second))
                .read();

        assertThat(packets(reader))
                .extracting(packet -> packet.captureInterface().name(), CapturedPacket::timestampNanos)
                .containsExactly(tuple("b", 2L), tuple("c", 3L));
        assertThat(reader.interfaces()).extracting(CaptureInterface::index).containsExactly(0, 1, 2);
        assertThat(reader.problems()).isEmpty();
    }

    @ParameterizedTest(name = "{0} ticks of resolution {1}, offset {2}")
    @CsvSource({
        "1750000000123456,     6,   0,  1750000000123456000",
        "1750000000123456789,  9,   0,  1750000000123456789",
        "1750000000,           0,   0,  1750000000000000000",
        "17500000001234567,    7,   0,  1750000000123456700",
        "1750000000123456789,  12,  0,  1750000000123456",
        "1,                    18,  0,  0",
        "3,                    129, 0,  1500000000",
        "1,                    158, 0,  0",
        "5,                    128, 2,  7000000000",
        "-1,                   191, 0,  1999999999",
        "6442450944,           160, 0,  1500000000",
        "5,                    0,  -3,  2000000000",
        "-1,                   0,   0,  9223372036854775807",
        "9300000000,           0,   0,  9223372036854775807",
        "0,                    0,   -9300000000, -9223372036854775808",
        "5,                    19,  0,  5000",
        "5,                    192, 0,  5000",
    })
    void convertsTimestamps(long ticks, int resolution, long offset, long nanos) {
        CaptureReader reader = file.section()
                .raw(
                        1,
                        body -> body.putShort((short) 253)
                                .putShort((short) 0)
                                .putInt(0)
                                .putShort((short) 9)
                                .putShort((short) 1)
                                .putInt(resolution)
                                .putShort((short) 14)
                                .putShort((short) 8)
                                .putLong(offset)
                                .putInt(0))
                .packet(0, ticks)
                .read();

        assertThat(packets(reader)).extracting(CapturedPacket::timestampNanos).containsExactly(nanos);
    }

    @Test
    void saysThatAResolutionCannotBe() {
        CaptureReader reader = file.section()
                .raw(
                        1,
                        body -> body.putShort((short) 253)
                                .putShort((short) 0)
                                .putInt(0)
                                .putShort((short) 9)
                                .putShort((short) 1)
                                .putInt(19))
                .read();

        packets(reader);

        assertThat(reader.problems()).extracting(CaptureProblem::reason).containsExactly(Reason.BAD_CONTENT);
    }

    @Test
    void leavesOutABadPacketAndGoesOn() {
        CaptureReader reader = file.section()
                .netlinkInterface("a")
                .packet(7, 1) // of an interface that is not there
                .raw(6, body -> body.putInt(0)) // too short for its fields
                .raw(6, body -> body.putInt(0).putLong(0).putInt(5).putInt(5).putInt(0)) // captured more than it holds
                .raw(6, body -> body.putInt(0).putLong(0).putInt(4).putInt(4).putInt(0)) // no room for a cooked header
                .raw(5, body -> body.putInt(9).putLong(0)) // statistics of no interface
                .raw(5, body -> body.putInt(0))
                .raw(1, body -> body.putInt(253))
                .packet(0, 2)
                .read();

        assertThat(packets(reader)).extracting(CapturedPacket::timestampNanos).containsExactly(2L);
        assertThat(reader.problems())
                .hasSize(7)
                .extracting(CaptureProblem::reason)
                .containsOnly(Reason.BAD_CONTENT);
        assertThat(reader.problems().get(0).message()).contains("interface 7");
    }

    @Test
    void anInterfaceThatMakesNoSenseStillHasItsNumber() {
        CaptureReader reader = file.section()
                .raw(1, body -> body.putInt(253))
                .netlinkInterface("b")
                .packet(1, 1)
                .read();

        assertThat(packets(reader).get(0).captureInterface().name()).isEqualTo("b");
    }

    @Test
    void tellsHowFarAFileIsWhole() {
        ByteBuffer whole = file.section().netlinkInterface("a").packet(0, 1).bytes();
        int length = whole.limit();
        CaptureReader reader = CaptureReader.of(file.packet(0, 2).bytes().limit(length + 9));

        assertThat(packets(reader)).hasSize(1);
        assertThat(reader.wholeLength()).isEqualTo(length);
        assertThat(reader.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo(Reason.CUT_OFF);
            assertThat(problem.offset()).isEqualTo(length);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "0,  BAD_LENGTH",
        "4, BAD_LENGTH",
        "11, BAD_LENGTH",
        "13, BAD_LENGTH",
        "-4, CUT_OFF",
        "4000, CUT_OFF",
        "16, BAD_LENGTH"
    })
    void stopsWhereALengthCannotBe(int length, Reason reason) {
        CaptureReader reader = file.section()
                .put(out -> out.putInt(0xBAD).putInt(length).putLong(99).putLong(99))
                .read();

        assertThat(packets(reader)).isEmpty();
        assertThat(reader.next()).isEmpty();
        assertThat(reader.problems()).extracting(CaptureProblem::reason).containsExactly(reason);
    }

    @Test
    void remembersSoManyProblemsAndNoMore() {
        file.section();
        for (int i = 0; i < 1000; i++) {
            file.packet(5, 1);
        }
        CaptureReader reader = file.read();

        packets(reader);

        assertThat(reader.problems()).hasSize(Problems.MAX);
    }

    @Test
    void aSectionWithoutMagicIsNone() {
        CaptureReader reader = file.put(out -> out.putInt(0x0A0D0D0A)
                        .putInt(28)
                        .putInt(7)
                        .putLong(0)
                        .putInt(0)
                        .putInt(28))
                .read();

        assertThat(packets(reader)).isEmpty();
        assertThat(reader.problems().get(0).message()).contains("magic");
        assertThat(reader.wholeLength()).isZero();
    }
}
