// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import io.nltap.netlink.author.PacketAuthor;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.util.Optional;

/** What {@link PacketText} tells, as members of a JSON object. */
final class PacketJson {
    private PacketJson() {}

    /** Without braces; not empty. */
    static String members(CapturedPacket packet, Optional<PacketAuthor> author) {
        StringBuilder out = new StringBuilder(200);
        put(out, "time", UtcTime.format(packet.timestampNanos()));
        put(out, "interface", packet.captureInterface().name());
        putDirection(out, PacketText.direction(packet, author));
        author.ifPresent(each -> putAuthor(out, each));
        return out.toString();
    }

    private static void putDirection(StringBuilder out, String direction) {
        switch (direction) {
            case ">" -> put(out, "direction", "out");
            case "<" -> put(out, "direction", "in");
            case "*" -> put(out, "direction", "group");
            default -> out.append(",\"direction\":null");
        }
    }

    private static void putAuthor(StringBuilder out, PacketAuthor author) {
        author.pod().ifPresent(pod -> put(out, "pod", pod));
        author.container().ifPresent(container -> put(out, "container", container));
        author.pid().ifPresent(pid -> out.append(",\"pid\":").append(pid));
        author.comm().ifPresent(comm -> put(out, "comm", comm));
        put(out, "confidence", author.confidence());
        put(out, "role", author.role());
        out.append(",\"group\":").append(Integer.toUnsignedString(author.group()));
    }

    private static void put(StringBuilder out, String name, String value) {
        if (!out.isEmpty()) {
            out.append(',');
        }
        Escapes.putJson(out, name);
        out.append(':');
        Escapes.putJson(out, value);
    }
}
