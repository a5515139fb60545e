// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.Captures;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file is the same in windows as in one piece, wherever the windows end. */
class WindowedReadingTest {

    @ParameterizedTest
    @CsvSource({"link-show, 0", "link-show, 1", "nft-list, 7", "nft-list, 4096", "monitor, 33", "many-addresses, 1000"})
    void readsTheSameInWindowsOfPcap(String name, int more) {
        ByteBuffer file = Captures.read(name);

        assertThat(packets(CaptureReader.of(windows(file, more)))).isEqualTo(packets(CaptureReader.of(file)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 5000})
    void readsTheSameInWindowsOfPcapng(int more) {
        ByteBuffer file = pcapng();

        CaptureReader whole = CaptureReader.of(file);
        CaptureReader windowed = CaptureReader.of(windows(file, more));

        assertThat(packets(windowed)).isEqualTo(packets(whole)).hasSizeGreaterThan(20);
        assertThat(windowed.wholeLength()).isEqualTo(file.remaining());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000})
    void tellsTheSameOfAFileThatEndsTooSoon(int more) {
        ByteBuffer file = Captures.read("link-show");
        ByteBuffer cut = file.slice(0, file.limit() - 5);

        CaptureReader whole = CaptureReader.of(cut);
        CaptureReader windowed = CaptureReader.of(windows(cut, more));

        assertThat(packets(windowed)).isEqualTo(packets(whole));
        assertThat(windowed.problems()).isEqualTo(whole.problems()).hasSize(1);
    }

    private static ByteBuffer pcapng() {
        CaptureFile file = new CaptureFile(ByteOrder.nativeOrder()).section().netlinkInterface("one");
        for (int i = 0; i < 100; i++) {
            file.packet(0, i, new byte[i]);
        }
        return file.section().netlinkInterface("two").packet(0, 1000, (byte) 1).bytes();
    }

    private static CaptureBytes windows(ByteBuffer file, int more) {
        ByteBuffer left = file.slice();
        return (unread, least) -> {
            int missing = Math.min(Math.max(least - unread.remaining(), 0) + more, left.remaining());
            ByteBuffer window = ByteBuffer.allocate(unread.remaining() + missing);
            window.put(unread.slice());
            byte[] next = new byte[missing];
            left.get(next);
            return window.put(next).flip();
        };
    }

    private static List<String> packets(CaptureReader reader) {
        List<String> packets = new ArrayList<>();
        for (Optional<CapturedPacket> next = reader.next(); next.isPresent(); next = reader.next()) {
            CapturedPacket packet = next.get();
            packets.add(packet.timestampNanos() + " " + packet.protocol() + " " + packet.originalLength() + " "
                    + packet.datagram().hashCode() + " " + packet.comment());
        }
        return packets;
    }
}
