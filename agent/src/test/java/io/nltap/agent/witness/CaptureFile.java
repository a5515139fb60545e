// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.witness;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads nltap's pcapng files with nothing of nltap's: whole files of this machine's byte order, with nanoseconds and link
 * type netlink throughout. The format: draft-ietf-opsawg-pcapng.
 */
public final class CaptureFile {
    private static final int ENHANCED_PACKET = 6;
    private static final int OPT_COMMENT = 1;
    private static final int EPB_FLAGS = 2;
    private static final int COOKED_HEADER = 16; // LINKTYPE_NETLINK
    private static final int PROTOCOL_OFFSET = 14;

    private CaptureFile() {}

    /** All datagrams of the file, in its order. */
    public static List<Captured> read(byte[] file) {
        ByteBuffer blocks = ByteBuffer.wrap(file).order(ByteOrder.nativeOrder());
        List<Captured> all = new ArrayList<>();
        while (blocks.remaining() >= 12) {
            int type = blocks.getInt(blocks.position());
            int length = blocks.getInt(blocks.position() + 4);
            if (type == ENHANCED_PACKET) {
                all.add(packet(blocks.slice(blocks.position() + 8, length - 12).order(blocks.order())));
            }
            blocks.position(blocks.position() + length);
        }
        return all;
    }

    private static Captured packet(ByteBuffer body) {
        long time = body.getInt(4) * (1L << 32) + Integer.toUnsignedLong(body.getInt(8));
        int captured = body.getInt(12);
        int original = body.getInt(16);
        int protocol = body.duplicate().order(ByteOrder.BIG_ENDIAN).getShort(20 + PROTOCOL_OFFSET);
        byte[] datagram = new byte[captured - COOKED_HEADER];
        body.get(20 + COOKED_HEADER, datagram);
        String comment = "";
        int flags = 0;
        body.position(20 + (captured + 3 & ~3));
        while (body.remaining() >= 4) {
            int code = Short.toUnsignedInt(body.getShort());
            int size = Short.toUnsignedInt(body.getShort());
            if (code == OPT_COMMENT) {
                comment = StandardCharsets.UTF_8
                        .decode(body.slice(body.position(), size))
                        .toString();
            } else if (code == EPB_FLAGS) {
                flags = body.getInt(body.position());
            }
            body.position(body.position() + (size + 3 & ~3));
        }
        return new Captured(
                time,
                protocol,
                original - COOKED_HEADER,
                datagram,
                direction(flags),
                pid(comment),
                value(comment, "comm"),
                value(comment, "pod"),
                value(comment, "container"),
                value(comment, "confidence"),
                Integer.parseInt("0" + value(comment, "group")));
    }

    /** Bits 0 and 1 of epb_flags: 1 inbound, 2 outbound, seen from the process. */
    private static Captured.Direction direction(int flags) {
        return switch (flags & 3) {
            case 1 -> Captured.Direction.TO_USER;
            case 2 -> Captured.Direction.TO_KERNEL;
            default -> Captured.Direction.UNKNOWN;
        };
    }

    private static OptionalInt pid(String comment) {
        String pid = value(comment, "pid");
        return pid.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(pid));
    }

    /** {@code pod=shop/web container=app pid=4711 comm=ip confidence=Exact}; {@code -} is nothing. */
    private static String value(String comment, String name) {
        Matcher field = Pattern.compile("(?:^| )" + name + "=([^ ]*)").matcher(comment);
        return field.find() && !field.group(1).equals("-") ? field.group(1) : "";
    }
}
