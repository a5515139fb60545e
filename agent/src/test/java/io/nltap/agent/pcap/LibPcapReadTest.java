// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.pcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nltap.agent.frame.SeenFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibPcapReadTest {

    private static final int NANOSECOND_MAGIC = 0xa1b23c4d;
    private static final int MICROSECOND_MAGIC = 0xa1b2c3d4;
    private static final int NETLINK = 253;
    private static final int ETHERNET = 1;

    @TempDir
    private Path directory;

    private final ByteBuffer file = ByteBuffer.allocate(4096);
    private final List<SeenFrame> seen = new ArrayList<>();

    private void fileHeader(int magic, int linkType) {
        file.putInt(magic)
                .putShort((short) 2)
                .putShort((short) 4)
                .putInt(0)
                .putInt(0)
                .putInt(262144)
                .putInt(linkType);
    }

    private void record(int seconds, int fraction, int originalLength, byte... bytes) {
        file.putInt(seconds)
                .putInt(fraction)
                .putInt(bytes.length)
                .putInt(originalLength)
                .put(bytes);
    }

    private static byte[] cooked(int protocol, byte... datagram) {
        return ByteBuffer.allocate(16 + datagram.length)
                .putShort((short) 4)
                .putShort((short) 824)
                .position(14)
                .putShort((short) protocol)
                .put(datagram)
                .array();
    }

    private long read() throws IOException {
        byte[] bytes = new byte[file.position()];
        file.get(0, bytes);
        return LibPcap.read(Files.write(directory.resolve("file"), bytes), frame -> seen.add(SeenFrame.of(frame)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"LITTLE_ENDIAN", "BIG_ENDIAN"})
    void givesTheFramesOfAFileOfEitherByteOrder(String order) throws IOException {
        file.order(order.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        fileHeader(NANOSECOND_MAGIC, NETLINK);
        record(1_700_000_000, 123_456_789, 18, cooked(16, (byte) 1, (byte) 2));
        record(1_700_000_001, 5, 500, cooked(0));

        assertThat(read()).isEqualTo(2);

        assertThat(seen.get(0).timestampNanos()).isEqualTo(1_700_000_000_123_456_789L);
        assertThat(seen.get(0).protocol()).isEqualTo(16);
        assertThat(seen.get(0).packetType()).isEqualTo(4);
        assertThat(seen.get(0).bytes()).containsExactly(1, 2);
        assertThat(seen.get(0).originalLength()).isEqualTo(2);
        assertThat(seen.get(1).originalLength()).isEqualTo(484);
        assertThat(seen.get(1).bytes()).isEmpty();
        assertThat(seen.get(1).timestampNanos()).isEqualTo(1_700_000_001_000_000_005L);
    }

    @Test
    void scalesMicroseconds() throws IOException {
        fileHeader(MICROSECOND_MAGIC, NETLINK);
        record(10, 250_000, 17, cooked(0, (byte) 9));

        read();

        assertThat(seen).extracting(SeenFrame::timestampNanos).containsExactly(10_250_000_000L);
    }

    @Test
    void passesOverWhatIsTooShortForAHeader() throws IOException {
        fileHeader(NANOSECOND_MAGIC, NETLINK);
        record(1, 0, 15, new byte[15]);
        record(2, 0, 17, cooked(0, (byte) 9));

        assertThat(read()).isEqualTo(1);
    }

    @Test
    void refusesOtherLinkTypes() {
        fileHeader(NANOSECOND_MAGIC, ETHERNET);

        assertThatThrownBy(this::read).hasMessageEndingWith("has link type 1, netlink is 253");
    }

    @Test
    void refusesWhatIsNoCaptureFile() {
        file.put("certainly not a capture file".getBytes());

        assertThatThrownBy(this::read).isInstanceOf(IOException.class).hasMessageStartingWith("cannot read ");
    }

    @Test
    void givesWhatPrecedesTheDamageAndThenSaysSo() {
        fileHeader(NANOSECOND_MAGIC, NETLINK);
        record(1, 0, 17, cooked(0, (byte) 9));
        file.putInt(1).putInt(0).putInt(100).putInt(100).put(new byte[50]);

        assertThatThrownBy(this::read).hasMessageContaining("truncated");
        assertThat(seen).hasSize(1);
    }
}
