// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.nio.ByteBuffer;

/**
 * What all blocks of pcapng have in common.
 *
 * <pre>
 *   0        4               8                                      length - 4
 *   | type   | total length  | body, padded to 4 | options          | total length |
 * </pre>
 */
final class BlockLayout {
    static final int SECTION_HEADER = 0x0A0D0D0A;
    static final int INTERFACE_DESCRIPTION = 1;
    static final int INTERFACE_STATISTICS = 5;
    static final int ENHANCED_PACKET = 6;

    static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;

    /** Type and total length. */
    static final int HEAD = 8;
    /** Total length again, so that a file can be read backwards. */
    static final int TAIL = 4;

    private BlockLayout() {}

    /** @return position where the block begins */
    static int begin(ByteBuffer out, int type, int totalLength) {
        int start = out.position();
        out.putInt(type).putInt(totalLength);
        return start;
    }

    static void end(ByteBuffer out, int totalLength) {
        out.putInt(totalLength);
    }

    static int padded(int length) {
        return (length + 3) & -4;
    }

    static long padded(long length) {
        return (length + 3) & -4L;
    }
}
