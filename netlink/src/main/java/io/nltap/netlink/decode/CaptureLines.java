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
 * <p>The direction is {@code >} to the kernel, {@code <} to a process, {@code *} to all processes that listen to a group,
 * and {@code ?} where it is not known: packet sockets see all of nlmon's packets as outgoing.
 *
 * <p>After it stands who sends, is answered or is the cause, where the file tells: {@code pod/container:comm[pid]} as far as
 * known, {@code kernel}, or {@code nobody-known}. A {@code ~} before it tells that this was concluded and not seen.
 *
 * <p>After the last one, a line for each problem of the file. Never throws because of what is in the file.
 */
public final class CaptureLines implements Iterator<String> {
    /** {@code PACKET_USER} and {@code PACKET_KERNEL} of {@code linux/if_packet.h}. */
    private static final int PACKET_USER = 6;

    private static final int PACKET_KERNEL = 7;

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
            String name = packet.captureInterface().name();
            Optional<PacketAuthor> author = PacketAuthor.parse(packet.comment());
            prefix = "%s %s %s %s"
                    .formatted(
                            UtcTime.format(packet.timestampNanos()),
                            name.isEmpty() ? "-" : printable(name),
                            direction(packet, author),
                            author.map(each -> printable(words(each)) + " ").orElse(""));
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

        private static String direction(CapturedPacket packet, Optional<PacketAuthor> author) {
            if (author.isPresent() && author.get().isToGroup()) {
                return "*";
            }
            return switch (packet.direction()) {
                case OUTBOUND -> ">";
                case INBOUND -> "<";
                case UNKNOWN ->
                    packet.packetType() == PACKET_KERNEL ? ">" : packet.packetType() == PACKET_USER ? "<" : "?";
            };
        }

        private static String words(PacketAuthor author) {
            if (author.isKernel()) {
                return "kernel";
            }
            if (author.pid().isEmpty()) {
                return "nobody-known";
            }
            String place =
                    author.pod().or(() -> author.container().map(name -> "-")).orElse("")
                            + author.container().map(name -> "/" + name).orElse("");
            return "%s%s%s[%d]"
                    .formatted(
                            author.confidence().equals("Correlated") ? "~" : "",
                            place.isEmpty() ? "" : place + ":",
                            author.comm().orElse("?").replace(' ', '_'),
                            author.pid().getAsInt());
        }

        /** A name out of a file may hold what moves a terminal's cursor. */
        private static String printable(String name) {
            return name.replaceAll("\\p{Cntrl}", "?");
        }
    }
}
