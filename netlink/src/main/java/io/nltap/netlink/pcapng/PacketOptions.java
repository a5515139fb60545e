// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What is said of a packet beside its bytes, as the options of its block: made once, then written with as many packets as
 * it is true of. Immutable.
 */
public final class PacketOptions {

    /** Nothing is said. */
    public static final PacketOptions NONE = of(PacketDirection.UNKNOWN, new byte[0], ByteOrder.nativeOrder());

    /** Outside of the heap, from where it is copied in half the time. Nothing moves its position. */
    private final ByteBuffer bytes;

    private final int length;
    private final ByteOrder order;

    private PacketOptions(ByteBuffer options, ByteOrder order) {
        this.length = options.capacity();
        this.bytes = ByteBuffer.allocateDirect(length).put(0, options, 0, length);
        this.order = order;
    }

    /**
     * @param direction {@code epb_flags}, left out where it is not known
     * @param comment {@code opt_comment}, UTF-8 of at most 65535 bytes; left out when empty
     * @param order of the files that it is for
     */
    public static PacketOptions of(PacketDirection direction, byte[] comment, ByteOrder order) {
        int length = comment.length == 0 ? 0 : Options.HEAD + BlockLayout.padded(comment.length);
        length += direction == PacketDirection.UNKNOWN ? 0 : Options.HEAD + Integer.BYTES;
        ByteBuffer out =
                ByteBuffer.allocate(length == 0 ? 0 : length + Options.HEAD).order(order);
        if (comment.length > 0) {
            out.putShort((short) Options.COMMENT).putShort((short) comment.length);
            out.put(comment).position(Options.HEAD + BlockLayout.padded(comment.length));
        }
        if (direction != PacketDirection.UNKNOWN) {
            out.putShort((short) Options.EPB_FLAGS).putShort((short) Integer.BYTES);
            out.putInt(direction.bits());
        }
        return new PacketOptions(out, order); // opt_endofopt is zeros
    }

    /** In the block, a multiple of 4; 0 for none. */
    int length() {
        return length;
    }

    void putInto(ByteBuffer out, int at) {
        if (length > 0) {
            if (out.order() != order) {
                throw new IllegalArgumentException("these options are for files in " + order);
            }
            out.put(at, bytes, 0, length);
        }
    }
}
