// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The 16 bytes that stand before each datagram of link type 253, all in network byte order.
 *
 * <pre>
 *   0           2                 4                6                 14                16
 *   | pkttype   | 824             | address length | address         | netlink protocol |
 *     sll_pkttype ARPHRD_NETLINK    0                0 × 8
 * </pre>
 */
final class CookedHeader {
    static final int LENGTH = 16;

    /** {@code ARPHRD_NETLINK} of {@code linux/if_arp.h}. */
    static final int ARPHRD_NETLINK = 824;

    static final int PROTOCOL_OFFSET = 14;

    private CookedHeader() {}

    static void put(ByteBuffer out, int at, int packetType, int protocol) {
        boolean swap = out.order() == ByteOrder.LITTLE_ENDIAN;
        long first = (packetType & 0xFFFFL) << 48 | (long) ARPHRD_NETLINK << 32;
        long second = protocol & 0xFFFFL;
        out.putLong(at, swap ? Long.reverseBytes(first) : first);
        out.putLong(at + 8, swap ? Long.reverseBytes(second) : second);
    }

    static int packetType(ByteBuffer in, int offset) {
        return networkShort(in, offset);
    }

    static int protocol(ByteBuffer in, int offset) {
        return networkShort(in, offset + PROTOCOL_OFFSET);
    }

    private static int networkShort(ByteBuffer in, int offset) {
        return (in.get(offset) & 0xFF) << 8 | (in.get(offset + 1) & 0xFF);
    }
}
