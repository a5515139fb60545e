// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.capture;

import com.github.luben.zstd.ZstdInputStream;
import io.nltap.netlink.decode.CaptureLines;
import io.nltap.netlink.pcapng.CaptureInterface;
import io.nltap.netlink.pcapng.CaptureProblem;
import io.nltap.netlink.pcapng.CaptureReader;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** A capture file that was read whole: fit for the files of demo and tests, not for big ones. */
public record CaptureFile(
        byte[] bytes, List<CapturedPacket> packets, List<CaptureInterface> interfaces, List<CaptureProblem> problems) {

    /** @param file compressed as its name says, or not */
    public static CaptureFile read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = open(file)) {
            bytes = in.readAllBytes();
        }
        CaptureReader reader = CaptureReader.of(ByteBuffer.wrap(bytes));
        List<CapturedPacket> packets = new ArrayList<>();
        for (Optional<CapturedPacket> next = reader.next(); next.isPresent(); next = reader.next()) {
            packets.add(next.get());
        }
        return new CaptureFile(bytes, packets, List.copyOf(reader.interfaces()), List.copyOf(reader.problems()));
    }

    private static InputStream open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file));
        String name = file.getFileName().toString();
        if (name.endsWith(".zst")) {
            return new ZstdInputStream(in);
        }
        return name.endsWith(".gz") ? new GZIPInputStream(in) : in;
    }

    /** The first messages, a line each. */
    public List<String> firstLines(int count) {
        List<String> lines = new ArrayList<>();
        Iterator<String> all = new CaptureLines(ByteBuffer.wrap(bytes));
        while (lines.size() < count && all.hasNext()) {
            lines.add(all.next());
        }
        return lines;
    }

    /** In how many datagrams these characters are, as the kernel has names: one byte each. */
    public long datagramsWith(String name) {
        return packets.stream()
                .map(packet -> {
                    byte[] datagram = new byte[packet.datagram().remaining()];
                    packet.datagram().duplicate().get(datagram);
                    return new String(datagram, StandardCharsets.ISO_8859_1);
                })
                .filter(datagram -> datagram.contains(name))
                .count();
    }
}
