// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import io.nltap.netlink.author.PacketAuthor;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.util.Locale;
import java.util.Optional;

/**
 * When a packet was seen, where, which way it went and whose it is:
 *
 * <pre>
 *   2025-06-15T15:06:40.000000001Z shop/web-0 &gt; shop/web-0/app:ip[4711]
 * </pre>
 *
 * <p>The direction is {@code >} to the kernel, {@code <} to a process, {@code *} to all processes that listen to a group,
 * and {@code ?} where it is not known: packet sockets see all of nlmon's packets as outgoing.
 *
 * <p>After it stands who sends, is answered or is the cause, where the file tells: {@code pod/container:comm[pid]} as far as
 * known, {@code kernel}, or {@code nobody-known}. A {@code ~} before it tells that this was concluded and not seen.
 */
final class PacketText {
    /** {@code PACKET_USER} and {@code PACKET_KERNEL} of {@code linux/if_packet.h}. */
    private static final int PACKET_USER = 6;

    private static final int PACKET_KERNEL = 7;

    private PacketText() {}

    /** Ends with a space. */
    static String prefix(CapturedPacket packet, Optional<PacketAuthor> author) {
        String name = packet.captureInterface().name();
        return UtcTime.format(packet.timestampNanos())
                + ' '
                + (name.isEmpty() ? "-" : printable(name))
                + ' '
                + direction(packet, author)
                + ' '
                + author.map(each -> printable(words(each)) + ' ').orElse("");
    }

    static String direction(CapturedPacket packet, Optional<PacketAuthor> author) {
        if (author.isPresent() && author.get().isToGroup()) {
            return "*";
        }
        return switch (packet.direction()) {
            case OUTBOUND -> ">";
            case INBOUND -> "<";
            case UNKNOWN -> packet.packetType() == PACKET_KERNEL ? ">" : packet.packetType() == PACKET_USER ? "<" : "?";
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
        return String.format(
                Locale.ROOT,
                "%s%s%s[%d]",
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
