// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.nio.ByteBuffer;

/** The fields of an enhanced packet block, with nothing converted. One object is used for one block after the other. */
public final class RawPacket {

    private static final int INTERFACE_ID = 8;
    private static final int TIMESTAMP_HIGH = 12;
    private static final int TIMESTAMP_LOW = 16;
    private static final int CAPTURED = 20;
    private static final int ORIGINAL = 24;
    private static final int DATA = 28;

    private int interfaceId;
    private long timestamp;
    private int dataOffset;
    private int captured;
    private long original;

    RawPacket() {}

    /** @return false when the lengths in the block cannot be; then the fields are still those of the block before */
    boolean read(ByteBuffer blocks, int start, int end) {
        long room = (long) end - BlockLayout.TAIL - start - DATA;
        if (room < 0) {
            return false;
        }
        long length = unsigned(blocks, start + CAPTURED);
        if (BlockLayout.padded(length) > room) {
            return false;
        }
        interfaceId = blocks.getInt(start + INTERFACE_ID);
        timestamp = unsigned(blocks, start + TIMESTAMP_HIGH) << 32 | unsigned(blocks, start + TIMESTAMP_LOW);
        dataOffset = start + DATA;
        captured = (int) length;
        original = Math.max(length, unsigned(blocks, start + ORIGINAL));
        return true;
    }

    public int interfaceId() {
        return interfaceId;
    }

    /** In units of the interface's {@code if_tsresol}. */
    public long timestamp() {
        return timestamp;
    }

    /** First captured byte, link layer header included. */
    public int dataOffset() {
        return dataOffset;
    }

    /** How many bytes were captured; all of them are in the block. */
    public int captured() {
        return captured;
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
