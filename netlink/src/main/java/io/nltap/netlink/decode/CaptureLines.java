// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import io.nltap.netlink.author.PacketAuthor;
import io.nltap.netlink.message.MessageLine;
import io.nltap.netlink.message.NetlinkReader;
import io.nltap.netlink.pcapng.CaptureProblem;
import io.nltap.netlink.pcapng.CaptureReader;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The messages of a capture file, a line each, read as they are asked for:
 *
 * <pre>
 *   2025-06-15T15:06:40.000000001Z shop/web-0 > shop/web-0/app:ip[4711] ROUTE RTM_GETLINK REQUEST|DUMP seq 17 port 0 len 40
 * </pre>
 *
 * <p>{@link PacketText} tells what the first words are. What is in the messages {@link DecodedLines} tell.
 *
 * <p>After the last one, a line for each problem of the file. Never throws because of what is in the file.
 */
public final class CaptureLines implements Iterator<String> {
    private final CaptureReader reader;
    private Optional<Datagram> datagram = Optional.empty();
    private Optional<Iterator<CaptureProblem>> problems = Optional.empty();
    private Optional<String> line = Optional.empty();

    /** @param file its remaining bytes are the file; is not changed */
    public CaptureLines(ByteBuffer file) {
        this.reader = CaptureReader.of(file);
    }

    @Override
    public boolean hasNext() {
        if (line.isEmpty()) {
            line = read();
        }
        return line.isPresent();
    }

    @Override
    public String next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        String next = line.orElseThrow();
        line = Optional.empty();
        return next;
    }

    private Optional<String> read() {
        while (problems.isEmpty()) {
            Optional<String> message = datagram.flatMap(Datagram::next);
            if (message.isPresent()) {
                return message;
            }
            datagram = reader.next().map(Datagram::new);
            if (datagram.isEmpty()) {
                problems = Optional.of(reader.problems().iterator());
            }
        }
        return problems.filter(Iterator::hasNext).map(Iterator::next).map(CaptureLines::line);
    }

    private static String line(CaptureProblem problem) {
        return "at byte %d of the file: %s".formatted(problem.offset(), problem.message());
    }

    /** The lines of one packet; at least one. */
    private static final class Datagram {
        private final String prefix;
        private final int protocol;
        private final NetlinkReader message;
        private boolean isBegun;
        private boolean isOver;

        private Datagram(CapturedPacket packet) {
            prefix = PacketText.prefix(packet, PacketAuthor.parse(packet.comment()));
            protocol = packet.protocol();
            message = new NetlinkReader(packet.datagram(), packet.originalLength());
        }

        private Optional<String> next() {
            if (isOver) {
                return Optional.empty();
            }
            if (message.next()) {
                isBegun = true;
                return Optional.of(prefix + MessageLine.of(protocol, message));
            }
            isOver = true;
            return message.problem()
                    .or(() -> isBegun ? Optional.empty() : Optional.of("a datagram without bytes"))
                    .map(text -> prefix + text);
        }
    }
}
