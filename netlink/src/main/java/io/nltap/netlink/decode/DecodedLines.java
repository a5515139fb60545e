// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import io.nltap.netlink.author.PacketAuthor;
import io.nltap.netlink.message.NetlinkReader;
import io.nltap.netlink.pcapng.CaptureReader;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The messages of a capture with what is in them, a line each, read as they are asked for. As text, what
 * {@link PacketText} says and then {@link MessageText}; as JSON an object of the members
 *
 * <pre>
 *   time (RFC 3339), interface, direction (out: to the kernel, in: to a process, group: to all that listen, or null), and
 *   as far as the file tells pod, container, pid (0: the kernel), comm, confidence, role, group,
 * </pre>
 *
 * and those of {@link MessageJson}. Bytes of a datagram that are no message are a line, too; in JSON with {@code problem}
 * instead of a message. Never throws because of what is in the file; its problems are for the reader to tell.
 */
public final class DecodedLines implements Iterator<String> {

    /** How a line is written. */
    public enum Form {
        TEXT,
        JSON
    }

    private final CaptureReader reader;
    private final Decoder decoder;
    private final Form form;
    private Optional<Datagram> datagram = Optional.empty();
    private Optional<String> line = Optional.empty();

    /** @param decoder of this capture */
    public DecodedLines(CaptureReader reader, Decoder decoder, Form form) {
        this.reader = reader;
        this.decoder = decoder;
        this.form = form;
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
        while (true) {
            Optional<String> message = datagram.flatMap(Datagram::next);
            if (message.isPresent()) {
                return message;
            }
            datagram = reader.next().map(Datagram::new);
            if (datagram.isEmpty()) {
                return Optional.empty();
            }
        }
    }

    /** The lines of one packet; at least one. */
    private final class Datagram {
        private final String prefix;
        private final int protocol;
        private final NetlinkReader message;
        private boolean isBegun;
        private boolean isOver;

        private Datagram(CapturedPacket packet) {
            Optional<PacketAuthor> author = PacketAuthor.parse(packet.comment());
            prefix = form == Form.TEXT ? PacketText.prefix(packet, author) : PacketJson.members(packet, author);
            protocol = packet.protocol();
            message = new NetlinkReader(packet.datagram(), packet.originalLength());
        }

        private Optional<String> next() {
            if (isOver) {
                return Optional.empty();
            }
            if (message.next()) {
                isBegun = true;
                return Optional.of(line(decoder.decode(protocol, message)));
            }
            isOver = true;
            return message.problem()
                    .or(() -> isBegun ? Optional.empty() : Optional.of("a datagram without bytes"))
                    .map(this::problem);
        }

        private String line(DecodedMessage decoded) {
            if (form == Form.TEXT) {
                return prefix + MessageText.of(decoded);
            }
            StringBuilder out =
                    new StringBuilder(prefix.length() + 512).append('{').append(prefix);
            MessageJson.putMembers(out, decoded);
            return out.append('}').toString();
        }

        private String problem(String text) {
            if (form == Form.TEXT) {
                return prefix + text;
            }
            StringBuilder out = new StringBuilder().append('{').append(prefix).append(",\"problem\":");
            Escapes.putJson(out, text);
            return out.append('}').toString();
        }
    }
}
