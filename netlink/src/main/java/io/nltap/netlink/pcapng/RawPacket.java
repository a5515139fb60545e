// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The fields of an enhanced packet block, with nothing converted.
 *
 * @param timestamp in units of the interface's {@code if_tsresol}
 * @param dataOffset first captured byte, link layer header included
 * @param captured how many there are; all of them are in the block
 * @param original how many there were
 */
public record RawPacket(int interfaceId, long timestamp, int dataOffset, int captured, long original) {

    private static final int INTERFACE_ID = 8;
    private static final int TIMESTAMP_HIGH = 12;
    private static final int TIMESTAMP_LOW = 16;
    private static final int CAPTURED = 20;
    private static final int ORIGINAL = 24;
    private static final int DATA = 28;

    static Optional<RawPacket> in(ByteBuffer blocks, int start, int end) {
        long room = (long) end - BlockLayout.TAIL - start - DATA;
        if (room < 0) {
            return Optional.empty();
        }
        long captured = unsigned(blocks, start + CAPTURED);
        if (BlockLayout.padded(captured) > room) {
            return Optional.empty();
        }
        return Optional.of(new RawPacket(
                blocks.getInt(start + INTERFACE_ID),
                unsigned(blocks, start + TIMESTAMP_HIGH) << 32 | unsigned(blocks, start + TIMESTAMP_LOW),
                start + DATA,
                (int) captured,
                Math.max(captured, unsigned(blocks, start + ORIGINAL))));
    }

    /** Where the netlink datagram begins, if the link type is 253. */
    public int datagramOffset() {
        return dataOffset + CookedHeader.LENGTH;
    }

    /** Captured bytes of the netlink datagram; less than 0 when not even its cooked header is there. */
    public int datagramCaptured() {
        return captured - CookedHeader.LENGTH;
    }

    /** Bytes that the netlink datagram had. */
    public long datagramOriginal() {
        return original - CookedHeader.LENGTH;
    }

    /** Where the options of the block begin, if it has any. */
    int optionsOffset() {
        return dataOffset + BlockLayout.padded(captured);
    }

    private static long unsigned(ByteBuffer blocks, int offset) {
        return blocks.getInt(offset) & 0xFFFF_FFFFL;
    }
}
