// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.TestProgram;
import io.nltap.netlink.decode.CaptureLines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file says of each packet beside its bytes. */
class AuthorInFileTest {
    private static final long T0 = 1_750_000_000_000_000_007L;
    private static final String REQUEST = "pod=shop/web-0 container=app pid=4711 comm=ip confidence=Exact role=sent";
    private static final String ANSWER =
            "pod=shop/web-0 container=app pid=4711 comm=ip confidence=Correlated role=received";
    private static final String NOTIFICATION =
            "pod=- container=- pid=0 comm=kernel confidence=Exact role=notified group=3";
    private static final String NOBODY = "pod=- container=- pid=- comm=- confidence=Unknown role=sent";

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"LITTLE_ENDIAN", "BIG_ENDIAN"})
    void isReadAsItWasWritten(String order) {
        ByteBuffer file = file(order.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);

        List<CapturedPacket> packets = CaptureFile.packets(CaptureReader.of(file));

        assertThat(packets)
                .extracting(CapturedPacket::comment)
                .containsExactly(REQUEST, ANSWER, NOTIFICATION, NOBODY, "");
        assertThat(packets)
                .extracting(CapturedPacket::direction)
                .containsExactly(
                        PacketDirection.OUTBOUND,
                        PacketDirection.INBOUND,
                        PacketDirection.INBOUND,
                        PacketDirection.UNKNOWN,
                        PacketDirection.OUTBOUND);
    }

    @Test
    void ofManyThatTakeTurnsEachIsReadAsItWasWritten() {
        CaptureFile file = new CaptureFile(ByteOrder.nativeOrder()).section().netlinkInterface("shop/web-0");
        List<String> written = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            String longOne = i % 10 == 3 ? "x".repeat(600) : "";
            written.add("pid=%d comm=c%d%s".formatted(i % 3 == 0 ? 7 : i % 20, i % 2, longOne));
            put(file, ByteOrder.nativeOrder(), i, PacketDirection.OUTBOUND, written.get(i));
        }

        assertThat(CaptureFile.packets(CaptureReader.of(file.bytes())))
                .extracting(CapturedPacket::comment)
                .containsExactlyElementsOf(written);
    }

    @Test
    void standsInTheLinesThatPeopleRead() {
        List<String> lines = new ArrayList<>();
        new CaptureLines(file(ByteOrder.nativeOrder())).forEachRemaining(lines::add);

        assertThat(lines)
                .containsExactly(
                        "2025-06-15T15:06:40.000000007Z shop/web-0 > shop/web-0/app:ip[4711] ROUTE RTM_GETLINK - seq 0 port 0 len 20",
                        "2025-06-15T15:06:40.000000008Z shop/web-0 < ~shop/web-0/app:ip[4711] ROUTE RTM_GETLINK - seq 1 port 0 len 20",
                        "2025-06-15T15:06:40.000000009Z shop/web-0 * kernel ROUTE RTM_GETLINK - seq 2 port 0 len 20",
                        "2025-06-15T15:06:40.000000010Z shop/web-0 ? nobody-known ROUTE RTM_GETLINK - seq 3 port 0 len 20",
                        "2025-06-15T15:06:40.000000011Z shop/web-0 > ROUTE RTM_GETLINK - seq 4 port 0 len 20");
    }

    @Test
    void standsInWireshark() throws Exception {
        Path file = directory.resolve("ours.pcapng");
        Files.write(file, bytes(file(ByteOrder.nativeOrder())));

        List<String> rows = TestProgram.run(
                "tshark",
                "-n",
                "-r",
                file.toString(),
                "-T",
                "fields",
                "-E",
                "separator=|",
                "-e",
                "frame.comment",
                "-e",
                "frame.packet_flags_direction",
                "-e",
                "netlink.hdr_seq");

        assertThat(rows).hasSize(5);
        assertThat(rows.get(0)).isEqualTo(REQUEST + "|0x00000002|0");
        assertThat(rows.get(1)).isEqualTo(ANSWER + "|0x00000001|1");
        assertThat(rows.get(2)).isEqualTo(NOTIFICATION + "|0x00000001|2");
        assertThat(rows.get(3)).isEqualTo(NOBODY + "||3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"LITTLE_ENDIAN", "BIG_ENDIAN"})
    void goesIntoAFileOfItsOwnWhereTheFormatIsClassicPcap(String order) throws IOException {
        ByteBuffer file = file(order.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        ByteArrayOutputStream pcap = new ByteArrayOutputStream();
        ByteArrayOutputStream attribution = new ByteArrayOutputStream();

        PcapConversion.pcap(file, Channels.newChannel(pcap)::write);
        PcapConversion.attribution(file, Channels.newChannel(attribution)::write);

        List<CapturedPacket> before = CaptureFile.packets(CaptureReader.of(file));
        List<CapturedPacket> after = CaptureFile.packets(CaptureReader.of(ByteBuffer.wrap(pcap.toByteArray())));
        assertThat(after).hasSameSizeAs(before);
        for (int i = 0; i < after.size(); i++) {
            assertThat(after.get(i).timestampNanos()).isEqualTo(before.get(i).timestampNanos());
            assertThat(after.get(i).datagram()).isEqualTo(before.get(i).datagram());
            assertThat(after.get(i).originalLength()).isEqualTo(before.get(i).originalLength());
            assertThat(after.get(i).protocol()).isEqualTo(before.get(i).protocol());
        }
        assertThat(attribution.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "{\"packet\":1,\"interface\":\"shop/web-0\",\"direction\":\"out\",\"pod\":\"shop/web-0\",\"container\":\"app\",\"pid\":4711,\"comm\":\"ip\",\"confidence\":\"Exact\",\"role\":\"sent\",\"group\":0}",
                        "{\"packet\":2,\"interface\":\"shop/web-0\",\"direction\":\"in\",\"pod\":\"shop/web-0\",\"container\":\"app\",\"pid\":4711,\"comm\":\"ip\",\"confidence\":\"Correlated\",\"role\":\"received\",\"group\":0}",
                        "{\"packet\":3,\"interface\":\"shop/web-0\",\"direction\":\"in\",\"pod\":null,\"container\":null,\"pid\":0,\"comm\":\"kernel\",\"confidence\":\"Exact\",\"role\":\"notified\",\"group\":3}",
                        "{\"packet\":4,\"interface\":\"shop/web-0\",\"direction\":null,\"pod\":null,\"container\":null,\"pid\":null,\"comm\":null,\"confidence\":\"Unknown\",\"role\":\"sent\",\"group\":0}",
                        "{\"packet\":5,\"interface\":\"shop/web-0\",\"direction\":\"out\",\"pod\":null,\"container\":null,\"pid\":null,\"comm\":null,\"confidence\":null,\"role\":null,\"group\":null}");
    }

    @Test
    void classicPcapOpensInWireshark() throws Exception {
        Path file = directory.resolve("ours.pcap");
        try (var out = Files.newOutputStream(file)) {
            PcapConversion.pcap(file(ByteOrder.nativeOrder()), Channels.newChannel(out)::write);
        }

        List<String> rows = TestProgram.run(
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
                "netlink.hdr_seq");

        assertThat(rows).hasSize(5);
        assertThat(rows.get(4)).isEqualTo("1750000000.000000011|4");
    }

    private static ByteBuffer file(ByteOrder order) {
        CaptureFile file = new CaptureFile(order).section().netlinkInterface("shop/web-0");
        put(file, order, 0, PacketDirection.OUTBOUND, REQUEST);
        put(file, order, 1, PacketDirection.INBOUND, ANSWER);
        put(file, order, 2, PacketDirection.INBOUND, NOTIFICATION);
        put(file, order, 3, PacketDirection.UNKNOWN, NOBODY);
        put(file, order, 4, PacketDirection.OUTBOUND, "");
        return file.bytes();
    }

    private static void put(CaptureFile file, ByteOrder order, int seq, PacketDirection direction, String comment) {
        ByteBuffer request = ByteBuffer.allocate(20).order(order);
        request.putInt(20)
                .putShort((short) 18)
                .putShort((short) 0)
                .putInt(seq)
                .putInt(0)
                .putInt(0);
        PacketOptions options = PacketOptions.of(direction, comment.getBytes(StandardCharsets.UTF_8), order);
        file.put(out -> {
            int start = out.position();
            EnhancedPacket.put(out, 0, T0 + seq, 4, 0, 20, request, 0, 20, options);
            assertThat(out.position() - start).isEqualTo(EnhancedPacket.length(20, options));
        });
    }

    private static byte[] bytes(ByteBuffer file) {
        byte[] bytes = new byte[file.remaining()];
        file.duplicate().get(bytes);
        return bytes;
    }
}
