// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.witness;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** What a reader of a failed test wants to see of a datagram. */
final class Datagrams {
    private static final int HEADER = 16; // struct nlmsghdr
    private static final int SHOWN = 48;

    private Datagrams() {}

    /** Header of the first message in words, and the bytes it begins with. */
    static String beginning(byte[] bytes) {
        String hex = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, SHOWN));
        if (bytes.length < HEADER) {
            return hex;
        }
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        return "len=%d type=%d flags=%x seq=%d pid=%d %s"
                .formatted(
                        header.getInt(0),
                        Short.toUnsignedInt(header.getShort(4)),
                        Short.toUnsignedInt(header.getShort(6)),
                        Integer.toUnsignedLong(header.getInt(8)),
                        Integer.toUnsignedLong(header.getInt(12)),
                        hex);
    }

    /** Messages in the datagram, by their lengths; what is malformed counts as one. */
    static int messages(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        int messages = 0;
        for (long at = 0; at + HEADER <= bytes.length; ) {
            long length = Integer.toUnsignedLong(buffer.getInt((int) at));
            messages++;
            if (length < HEADER) {
                break;
            }
            at += length + 3 & ~3L;
        }
        return Math.max(1, messages);
    }
}
