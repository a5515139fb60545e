// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.Captures;
import io.nltap.netlink.TestProgram;
import io.nltap.netlink.pcapng.CaptureReader;
import io.nltap.netlink.pcapng.CapturedPacket;
import io.nltap.netlink.pcapng.EnhancedPacket;
import io.nltap.netlink.pcapng.InterfaceDescription;
import io.nltap.netlink.pcapng.PacketOptions;
import io.nltap.netlink.pcapng.SectionHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The messages of all real captures in our eyes and in those of tshark. */
class TsharkAgreementTest {
    private static final int NLMSG_ERROR = 2;

    @TempDir
    Path directory;

    @Test
    void seesTheSameHeaders() throws Exception {
        List<CapturedPacket> packets = Captures.names().stream()
                .filter(name -> !name.startsWith("xfrm")) // tshark 4.0 decodes not even its headers
                .flatMap(name -> packets(name).stream())
                .toList();

        List<String> theirs = TestProgram.run(
                "tshark",
                "-n",
                "-r",
                write(packets).toString(),
                "-T",
                "fields",
                "-e",
                "netlink.hdr_len",
                "-e",
                "netlink.hdr_seq",
                "-e",
                "netlink.hdr_pid");

        assertThat(packets).hasSizeGreaterThan(250);
        assertThat(theirs)
                .isEqualTo(packets.stream().map(TsharkAgreementTest::row).toList());
    }

    private static String row(CapturedPacket packet) {
        List<String> lengths = new ArrayList<>();
        List<String> seqs = new ArrayList<>();
        List<String> ports = new ArrayList<>();
        NetlinkReader message = new NetlinkReader(packet.datagram(), packet.originalLength());
        while (message.next()) {
            lengths.add(Long.toString(message.length()));
            seqs.add(Long.toString(message.seq()));
            ports.add(Long.toString(message.portId()));
            if (message.type() == NLMSG_ERROR) { // for tshark the header that an error quotes is one more
                ByteBuffer quoted = message.payload();
                lengths.add(Long.toString(quoted.getInt(4)));
                seqs.add(Integer.toUnsignedString(quoted.getInt(12)));
                ports.add(Integer.toUnsignedString(quoted.getInt(16)));
            }
        }
        if (message.problem().isPresent()) { // and the zeros that follow some requests of ip(8) have a length, of 0
            lengths.add("0");
        }
        return String.join(",", lengths) + "\t" + String.join(",", seqs) + "\t" + String.join(",", ports);
    }

    private static List<CapturedPacket> packets(String capture) {
        List<CapturedPacket> packets = new ArrayList<>();
        CaptureReader reader = CaptureReader.of(Captures.read(capture));
        for (Optional<CapturedPacket> next = reader.next(); next.isPresent(); next = reader.next()) {
            packets.add(next.get());
        }
        return packets;
    }

    private Path write(List<CapturedPacket> packets) throws Exception {
        ByteBuffer out = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        new SectionHeader("", "", "").putInto(out);
        new InterfaceDescription("all", "", "").putInto(out);
        for (CapturedPacket packet : packets) {
            EnhancedPacket.put(
                    out,
                    0,
                    packet.timestampNanos(),
                    packet.packetType(),
                    packet.protocol(),
                    (int) packet.originalLength(),
                    packet.datagram(),
                    0,
                    packet.datagram().limit(),
                    PacketOptions.NONE);
        }
        byte[] bytes = new byte[out.position()];
        out.get(0, bytes);
        return Files.write(directory.resolve("all.pcapng"), bytes);
    }
}
