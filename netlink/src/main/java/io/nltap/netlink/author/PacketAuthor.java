// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.author;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whose a packet is, as the comment of a packet in nltap's capture files says it:
 *
 * <pre>
 *   pod=shop/web-0 container=app pid=4711 comm=ip confidence=Exact role=sent port=4711
 *   pod=- container=- pid=0 comm=kernel confidence=Exact role=notified group=3
 *   pod=- container=- pid=- comm=- confidence=Unknown role=received
 * </pre>
 *
 * <p>Fields are {@code name=value}, in this order, with one space between them. {@code -} is a value that is not known.
 * {@code pid=0} is the kernel, and nothing else is. {@code group} is only there for what was sent to a multicast group,
 * {@code port} only for what was sent by a process, where the kernel told by which socket. In a value, each byte of its
 * UTF-8 that is not printable ASCII, and each {@code %} and space, is {@code %} and two hexadecimal digits; a value that
 * is {@code -} itself is {@code %2D}.
 *
 * @param pod {@code namespace/name}
 * @param container name of the container, or the beginning of its id
 * @param pid in the first PID namespace; 0 is the kernel
 * @param comm name of the process, as in {@code /proc/PID/comm}
 * @param confidence {@code Exact}, {@code Socket}, {@code Correlated} or {@code Unknown}
 * @param role {@code sent}, {@code received} or {@code notified}
 * @param group multicast group, 0 for unicast
 * @param port port id of the sending socket, unsigned 32 bits; 0 where it is not known
 */
public record PacketAuthor(
        Optional<String> pod,
        Optional<String> container,
        OptionalInt pid,
        Optional<String> comm,
        String confidence,
        String role,
        int group,
        long port) {

    private static final String NOT_KNOWN = "-";
    private static final int KERNEL = 0;

    public boolean isKernel() {
        return pid.isPresent() && pid.getAsInt() == KERNEL;
    }

    /** Whether it went to all who listen to a group, and not to one. */
    public boolean isToGroup() {
        return group != 0 && !role.equals("received");
    }

    /** The comment. */
    public String toComment() {
        return "pod=%s container=%s pid=%s comm=%s confidence=%s role=%s%s%s"
                .formatted(
                        value(pod),
                        value(container),
                        pid.isPresent() ? Integer.toString(pid.getAsInt()) : NOT_KNOWN,
                        isKernel() ? "kernel" : value(comm),
                        confidence,
                        role,
                        group == 0 ? "" : " group=" + Integer.toUnsignedString(group),
                        port == 0 ? "" : " port=" + port);
    }

    /** Empty when the comment is not one of nltap's. Never throws. */
    public static Optional<PacketAuthor> parse(String comment) {
        Map<String, String> fields = new HashMap<>();
        for (String field : comment.split(" ", -1)) {
            int sign = field.indexOf('=');
            if (sign > 0) {
                fields.putIfAbsent(field.substring(0, sign), field.substring(sign + 1));
            }
        }
        String confidence = fields.get("confidence");
        String role = fields.get("role");
        if (!comment.startsWith("pod=") || confidence == null || role == null) {
            return Optional.empty();
        }
        return Optional.of(new PacketAuthor(
                known(fields, "pod"),
                known(fields, "container"),
                number(fields, "pid"),
                known(fields, "comm"),
                confidence,
                role,
                number(fields, "group").orElse(0),
                Integer.toUnsignedLong(number(fields, "port").orElse(0))));
    }

    private static OptionalInt number(Map<String, String> fields, String name) {
        try {
            return OptionalInt.of(Integer.parseUnsignedInt(fields.getOrDefault(name, "")));
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    private static Optional<String> known(Map<String, String> fields, String name) {
        return Optional.ofNullable(fields.get(name))
                .filter(value -> !value.equals(NOT_KNOWN))
                .map(PacketAuthor::decoded);
    }

    private static String value(Optional<String> value) {
        if (value.isEmpty() || value.get().isEmpty()) {
            return NOT_KNOWN;
        }
        if (value.get().equals(NOT_KNOWN)) {
            return "%2D";
        }
        StringBuilder encoded = new StringBuilder();
        for (byte each : value.get().getBytes(StandardCharsets.UTF_8)) {
            if (each <= ' ' || each >= 0x7f || each == '%') {
                encoded.append("%%%02X".formatted(each & 0xFF));
            } else {
                encoded.append((char) each);
            }
        }
        return encoded.toString();
    }

    private static String decoded(String value) {
        byte[] bytes = new byte[value.length()];
        int length = 0;
        for (int at = 0; at < value.length(); at++) {
            char c = value.charAt(at);
            boolean hasDigits = c == '%' && at + 2 < value.length();
            int high = hasDigits ? Character.digit(value.charAt(at + 1), 16) : -1;
            int low = hasDigits ? Character.digit(value.charAt(at + 2), 16) : -1;
            if (high >= 0 && low >= 0) {
                bytes[length++] = (byte) (high << 4 | low);
                at += 2;
            } else {
                bytes[length++] = (byte) (c < 0x80 ? c : '?');
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
