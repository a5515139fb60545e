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

    static void put(ByteBuffer out, int packetType, int protocol) {
        boolean swap = out.order() == ByteOrder.LITTLE_ENDIAN;
        putNetworkShort(out, packetType, swap);
        putNetworkShort(out, ARPHRD_NETLINK, swap);
        out.putShort((short) 0).putLong(0);
        putNetworkShort(out, protocol, swap);
    }

    static int packetType(ByteBuffer in, int offset) {
        return networkShort(in, offset);
    }

    static int protocol(ByteBuffer in, int offset) {
        return networkShort(in, offset + PROTOCOL_OFFSET);
    }

    private static void putNetworkShort(ByteBuffer out, int value, boolean swap) {
        out.putShort(swap ? Short.reverseBytes((short) value) : (short) value);
    }

    private static int networkShort(ByteBuffer in, int offset) {
        return (in.get(offset) & 0xFF) << 8 | (in.get(offset + 1) & 0xFF);
    }
}
