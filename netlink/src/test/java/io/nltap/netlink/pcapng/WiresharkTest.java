// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import static io.nltap.netlink.TestProgram.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our files in the eyes of those who are the measure of the format: tshark, capinfos and tcpdump. */
class WiresharkTest {
    private static final long T0 = 1_750_000_000_000_000_007L;

    @TempDir
    Path directory;

    private Path file;
    private final List<Sent> sent = new ArrayList<>();

    /** What was put into the file, written down apart from it. */
    private record Sent(long time, String captureInterface, int protocol, int captured, int original) {}

    @BeforeEach
    void write() throws IOException {
        file = directory.resolve("ours.pcapng");
        ByteBuffer out = ByteBuffer.allocate(4 << 20).order(ByteOrder.nativeOrder());
        new SectionHeader("x86_64", "Linux 6.1.0", "nltap test").putInto(out);
        new InterfaceDescription("shop/web-0", "pod web-0 of shop on worker-1", "Linux 6.1.0").putInto(out);
        int[] lengths = {16, 17, 18, 19, 20, 100, 3776, 65_536, 262_127, 262_128, 262_129, 1_100_000};
        for (int i = 0; i < lengths.length; i++) {
            put(out, 0, "shop/web-0", T0 + i, i % 2 == 0 ? 0 : 16, lengths[i]);
        }
        new InterfaceDescription("shop/cart-1", "", "").putInto(out);
        for (int i = 0; i < 3; i++) {
            put(out, 1, "shop/cart-1", T0 + 1_000_000_000L * i, 12, 36);
        }
        InterfaceStatistics.counted(0, T0, T0 + 5, 12, 3, "").putInto(out);
        InterfaceStatistics.unknown(1, T0 + 5, "the agent was killed").putInto(out);
        Files.write(file, slice(out));
    }

    @Test
    void tsharkSeesEveryFrameAsItWasSent() throws Exception {
        List<String> rows = run(
                "tshark",
                "-n",
                "-r",
                file.toString(),
                "-T",
                "fields",
                "-E",
                "separator=|",
                "-e",
                "frame.time_epoch",
                "-e",
                "frame.interface_name",
                "-e",
                "netlink.family",
                "-e",
                "frame.cap_len",
                "-e",
                "frame.len");

        assertThat(rows)
                .containsExactlyElementsOf(sent.stream()
                        .map(each -> "%d.%09d|%s|0x%04x|%d|%d"
                                .formatted(
                                        each.time / 1_000_000_000L,
                                        each.time % 1_000_000_000L,
                                        each.captureInterface,
                                        each.protocol,
                                        each.captured + 16,
                                        each.original + 16))
                        .toList());
    }

    @Test
    void tsharkDecodesTheMessages() throws Exception {
        List<String> rows = run(
                "tshark",
                "-n",
                "-r",
                file.toString(),
                "-T",
                "fields",
                "-E",
                "occurrence=f",
                "-e",
                "netlink.hdr_len",
                "-e",
                "netlink.hdr_seq");

        assertThat(rows)
                .containsExactlyElementsOf(
                        sent.stream().map(each -> each.original + "\t7").toList());
    }

    @Test
    void capinfosKnowsTheInterfaces() throws Exception {
        String told = String.join("\n", run("capinfos", file.toString()));

        assertThat(told)
                .contains("File encapsulation:  Linux Netlink")
                .contains("File timestamp precision:  nanoseconds (9)")
                .contains("Capture hardware:    x86_64")
                .contains("Capture oper-sys:    Linux 6.1.0")
                .contains("Capture application: nltap test")
                .contains("Number of packets:   " + sent.size())
                .contains("Number of interfaces in file: 2")
                .contains("Name = shop/web-0")
                .contains("Description = pod web-0 of shop on worker-1")
                .contains("Name = shop/cart-1")
                .contains("Operating system = Linux 6.1.0")
                .contains("Capture length = 262144")
                .contains("Time ticks per second = 1000000000")
                .contains("Number of stat entries = 1")
                .contains("Number of packets = 12")
                .contains("Number of packets = 3");
    }

    @Test
    void tcpdumpReadsAndCopiesTheFile() throws Exception {
        Path copy = directory.resolve("copy.pcap");
        run("tcpdump", "--time-stamp-precision=nano", "-r", file.toString(), "-w", copy.toString());

        CaptureReader reader = CaptureReader.of(ByteBuffer.wrap(Files.readAllBytes(copy)));
        List<CapturedPacket> packets = CaptureFile.packets(reader);

        assertThat(reader.problems()).isEmpty();
        assertThat(packets)
                .extracting(
                        CapturedPacket::timestampNanos,
                        CapturedPacket::protocol,
                        packet -> packet.datagram().remaining(),
                        packet -> (int) packet.originalLength())
                .containsExactlyElementsOf(sent.stream()
                        .map(each -> tuple(each.time, each.protocol, each.captured, each.original))
                        .toList());
        assertThat(packets.get(5).datagram().get(99)).isEqualTo((byte) 99);
    }

    @Test
    void wiresharkSavesItWithNothingLost() throws Exception {
        Path copy = directory.resolve("copy.pcapng");
        run("tshark", "-r", file.toString(), "-w", copy.toString());

        CaptureReader ours = CaptureReader.of(ByteBuffer.wrap(Files.readAllBytes(file)));
        CaptureReader theirs = CaptureReader.of(ByteBuffer.wrap(Files.readAllBytes(copy)));

        assertThat(CaptureFile.packets(theirs)).isEqualTo(CaptureFile.packets(ours));
        assertThat(theirs.interfaces()).isEqualTo(ours.interfaces());
        assertThat(theirs.problems()).isEmpty();
    }

    private void put(ByteBuffer out, int interfaceId, String name, long time, int protocol, int length) {
        ByteBuffer message = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
        for (int i = 16; i < length; i++) {
            message.put(i, (byte) i);
        }
        message.putInt(0, length)
                .putShort(4, (short) 0x0F00)
                .putShort(6, (short) 1)
                .putInt(8, 7);
        EnhancedPacket.put(out, interfaceId, time, 4, protocol, length, message, 0, length, PacketOptions.NONE);
        sent.add(new Sent(time, name, protocol, Math.min(length, 262_128), length));
    }

    private static byte[] slice(ByteBuffer out) {
        byte[] bytes = new byte[out.position()];
        out.get(0, bytes);
        return bytes;
    }
}
