// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetlinkReaderTest {
    // ip link show
    private static final byte[] GET_LINK = hex("""
            28 00 00 00  12 00 01 03   # len 40, RTM_GETLINK, REQUEST|DUMP
            07 00 00 00  09 00 00 00   # seq 7, port 9
            11 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00   # AF_PACKET
            08 00 1d 00  09 00 00 00   # IFLA_EXT_MASK VF|SKIP_STATS""");

    @Test
    void readsTheHeader() {
        NetlinkReader message = reader(GET_LINK);

        assertThat(message.next()).isTrue();
        assertThat(message.length()).isEqualTo(40);
        assertThat(message.type()).isEqualTo(18);
        assertThat(message.flags()).isEqualTo(0x301);
        assertThat(message.seq()).isEqualTo(7);
        assertThat(message.portId()).isEqualTo(9);
        assertThat(message.payload().remaining()).isEqualTo(24);
        assertThat(message.payload().get(0)).isEqualTo((byte) 0x11);
        assertThat(message.firstOfPayload()).isEqualTo(0x11);
        assertThat(message.isCut()).isFalse();
        assertThat(message.next()).isFalse();
        assertThat(message.problem()).isEmpty();
    }

    @Test
    void takesTheByteOrderOfTheBuffer() {
        ByteBuffer big = ByteBuffer.allocate(16)
                .order(ByteOrder.BIG_ENDIAN)
                .putInt(0, 16)
                .putShort(4, (short) 18)
                .putShort(6, (short) 0x301)
                .putInt(8, -1)
                .putInt(12, 9);
        NetlinkReader message = new NetlinkReader(big, 16);

        assertThat(message.next()).isTrue();
        assertThat(message.length()).isEqualTo(16);
        assertThat(message.type()).isEqualTo(18);
        assertThat(message.flags()).isEqualTo(0x301);
        assertThat(message.seq()).isEqualTo(0xFFFF_FFFFL);
        assertThat(message.portId()).isEqualTo(9);
        assertThat(message.firstOfPayload()).isEqualTo(-1);
        assertThat(NetlinkReader.count(big, 0, 16, 16, ByteOrder.BIG_ENDIAN)).isEqualTo(1);
        assertThat(NetlinkReader.count(big.order(ByteOrder.LITTLE_ENDIAN), 0, 16, 16, ByteOrder.BIG_ENDIAN))
                .isEqualTo(1);
        assertThat(NetlinkReader.count(big, 0, 16, 16, ByteOrder.LITTLE_ENDIAN)).isZero();
    }

    /** Lengths of messages; the first number is what the datagram had, the second what was captured. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "two aligned,                  40,  40,  20 20,         2, ''",
        "padded to four,               40,  40,  17 20,         2, ''",
        "the last one not padded,      37,  37,  20 17,         2, ''",
        "nothing,                       0,   0,  '',            0, ''",
        "too short for a header,       15,  15,  '',            0, 15 bytes after the last message are too few for a header",
        "a tail,                       24,  24,  20,            1, 4 bytes after the last message are too few for a header",
        "length 0,                     40,  40,  20 0,          1, 20 bytes follow that are no message",
        "length 15,                    40,  40,  20 15,         1, 'message at byte 20 says it has 15 bytes, 20 are left'",
        "beyond the end,               40,  40,  20 21,         1, 'message at byte 20 says it has 21 bytes, 20 are left'",
        "beyond an int,                40,  40,  20 4294967295, 1, 'message at byte 20 says it has 4294967295 bytes, 20 are left'",
        "payload not captured,        100,  40,  100,           1, ''",
        "header of next not captured, 140,  40,  20 20,         2, 100 more bytes were not captured",
        "in the middle of a header,   140,  30,  20,            1, 120 more bytes were not captured"
    })
    void endsWhereNoMessageCanBe(
            String what, long original, int captured, String lengths, int messages, String problem) {
        ByteBuffer datagram = datagram(captured, lengths);
        NetlinkReader reader = new NetlinkReader(datagram, original);
        List<Long> read = new ArrayList<>();
        while (reader.next()) {
            read.add(reader.length());
        }

        assertThat(read).hasSize(messages);
        assertThat(reader.problem().orElse("")).isEqualTo(problem);
        assertThat(reader.next()).as("stays at the end").isFalse();
        assertThat(NetlinkReader.count(datagram, 0, captured, (int) original, ByteOrder.LITTLE_ENDIAN))
                .isEqualTo(messages);
    }

    @Test
    void saysThatAPayloadWasNotCaptured() {
        NetlinkReader message = new NetlinkReader(datagram(40, "100"), 100);

        assertThat(message.next()).isTrue();
        assertThat(message.isCut()).isTrue();
        assertThat(message.payload().remaining()).isEqualTo(24);
    }

    @Test
    void countsInTheMiddleOfABuffer() {
        ByteBuffer ring = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
        ring.putInt(13, 20).putInt(33, 16);

        assertThat(NetlinkReader.count(ring, 13, 36, 36, ByteOrder.LITTLE_ENDIAN))
                .isEqualTo(2);
        assertThat(ring.position()).isZero();
    }

    private static NetlinkReader reader(byte[] bytes) {
        return new NetlinkReader(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), bytes.length);
    }

    private static ByteBuffer datagram(int captured, String lengths) {
        ByteBuffer datagram = ByteBuffer.allocate(captured).order(ByteOrder.LITTLE_ENDIAN);
        long at = 0;
        for (String length : lengths.isEmpty() ? new String[0] : lengths.split(" ")) {
            datagram.putInt((int) at, (int) Long.parseLong(length));
            at += (Long.parseLong(length) + 3) & -4;
        }
        return datagram;
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("#.*", "").replaceAll("\\s", ""));
    }
}
