// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.nio.ByteBuffer;

/**
 * Walks attributes as {@code nla_ok} and {@code nla_next} of {@code net/netlink.h} do. Never throws; each {@link #next}
 * that says true has moved forward.
 *
 * <pre>
 *   struct nlattr { __u16 nla_len; __u16 nla_type; };   // and up to 3 bytes of padding after the payload
 * </pre>
 */
final class AttributeCursor {
    static final int HEADER = 4;

    private static final int NESTED = 1 << 15;
    private static final int TYPE_MASK = 0x3FFF;

    private final ByteBuffer bytes;
    private final int end;
    private int start;
    private int length;
    private int next;

    /** @param to the first byte after them; within the buffer */
    AttributeCursor(ByteBuffer bytes, int from, int to) {
        this.bytes = bytes;
        this.next = from;
        this.end = to;
    }

    boolean next() {
        if (end - next < HEADER) {
            return false;
        }
        int claimed = bytes.getShort(next) & 0xFFFF;
        if (claimed < HEADER || claimed > end - next) {
            return false;
        }
        start = next;
        length = claimed;
        next = Math.min(start + ((length + 3) & -4), end);
        return true;
    }

    int start() {
        return start;
    }

    /** {@code nla_len}. */
    int length() {
        return length;
    }

    int number() {
        return bytes.getShort(start + 2) & TYPE_MASK;
    }

    /** {@code NLA_F_NESTED}. */
    boolean isNested() {
        return (bytes.getShort(start + 2) & NESTED) != 0;
    }

    int payload() {
        return start + HEADER;
    }

    int payloadLength() {
        return length - HEADER;
    }

    /** After a {@link #next} that said false: the first byte that is no attribute. */
    int rest() {
        return next;
    }

    /** Whether all of these bytes are attributes. */
    static boolean isWellFormed(ByteBuffer bytes, int from, int to) {
        AttributeCursor cursor = new AttributeCursor(bytes, from, to);
        while (cursor.next()) {
            // on to the end
        }
        return cursor.rest() == to;
    }
}
