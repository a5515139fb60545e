// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.nio.ByteBuffer;

/**
 * Writes captured netlink datagrams as enhanced packet blocks, and makes no object while doing so.
 *
 * <pre>
 *   0 type 6 | 4 total length | 8 interface id | 12 time high | 16 time low | 20 captured | 24 original
 *   28 cooked header, 16 bytes | 44 datagram, padded to 4 | options | total length
 * </pre>
 */
public final class EnhancedPacket {

    /** The most bytes of one datagram that a file may hold: the snaplen counts the cooked header. */
    public static final int MAX_CAPTURED = InterfaceDescription.SNAPLEN - CookedHeader.LENGTH;

    /** Interface id, timestamp, captured and original length. */
    private static final int BODY = 4 + 8 + 4 + 4;

    /** {@code epb_flags} with its head. */
    private static final int FLAGS = Options.HEAD + 4;

    /** For packets of which nothing is to be said. */
    public static final byte[] NO_COMMENT = {};

    private static final int MAX_ORIGINAL = Integer.MAX_VALUE - CookedHeader.LENGTH;

    private EnhancedPacket() {}

    /**
     * @param captured bytes of the datagram at hand, at least 0
     * @return bytes that {@link #put} writes for it; a multiple of 4, at most {@code length(MAX_CAPTURED)}
     */
    public static int length(int captured) {
        return length(captured, PacketDirection.UNKNOWN, NO_COMMENT);
    }

    /**
     * @param captured bytes of the datagram at hand, at least 0
     * @return bytes that {@link #put} writes for it; a multiple of 4
     */
    public static int length(int captured, PacketDirection direction, byte[] comment) {
        return BlockLayout.HEAD
                + BODY
                + BlockLayout.padded(CookedHeader.LENGTH + Math.min(captured, MAX_CAPTURED))
                + optionsLength(direction, comment)
                + BlockLayout.TAIL;
    }

    private static int optionsLength(PacketDirection direction, byte[] comment) {
        int length = direction == PacketDirection.UNKNOWN ? 0 : FLAGS;
        if (comment.length > 0) {
            length += Options.HEAD + BlockLayout.padded(comment.length);
        }
        return length == 0 ? 0 : length + Options.HEAD; // opt_endofopt
    }

    /**
     * Writes one block at the position of {@code out}, in its byte order. What is captured beyond {@link #MAX_CAPTURED}
     * is left out; the original length still tells the truth.
     *
     * @param timestampNanos since the epoch
     * @param packetType {@code sll_pkttype}, 0 to 65535
     * @param protocol netlink protocol, 0 to 65535
     * @param original bytes of the datagram as it was sent, without cooked header
     * @param from where the datagram is; neither its position nor its limit is used or changed
     * @param offset of the first captured byte in {@code from}
     * @param captured how many bytes are there, at least 0
     * @throws java.nio.BufferOverflowException when fewer than {@code length(captured)} bytes remain
     */
    public static void put(
            ByteBuffer out,
            int interfaceId,
            long timestampNanos,
            int packetType,
            int protocol,
            int original,
            ByteBuffer from,
            int offset,
            int captured) {
        put(
                out,
                interfaceId,
                timestampNanos,
                packetType,
                protocol,
                original,
                from,
                offset,
                captured,
                PacketDirection.UNKNOWN,
                NO_COMMENT);
    }

    /**
     * Like the other, with more to say.
     *
     * @param direction {@code epb_flags}, left out where it is not known
     * @param comment {@code opt_comment}, UTF-8 of at most 65535 bytes; left out when empty
     * @throws java.nio.BufferOverflowException when fewer than {@code length(captured, direction, comment)} bytes remain
     */
    public static void put(
            ByteBuffer out,
            int interfaceId,
            long timestampNanos,
            int packetType,
            int protocol,
            int original,
            ByteBuffer from,
            int offset,
            int captured,
            PacketDirection direction,
            byte[] comment) {
        int kept = Math.min(captured, MAX_CAPTURED);
        int total = length(kept, direction, comment);
        BlockLayout.begin(out, BlockLayout.ENHANCED_PACKET, total);
        out.putInt(interfaceId);
        out.putInt((int) (timestampNanos >>> 32)).putInt((int) timestampNanos);
        out.putInt(CookedHeader.LENGTH + kept);
        out.putInt(CookedHeader.LENGTH + Math.min(original, MAX_ORIGINAL));
        CookedHeader.put(out, packetType, protocol);
        int at = out.position();
        out.put(at, from, offset, kept);
        out.position(at + kept);
        pad(out, kept);
        putOptions(out, direction, comment);
        BlockLayout.end(out, total);
    }

    private static void putOptions(ByteBuffer out, PacketDirection direction, byte[] comment) {
        if (comment.length > 0) {
            out.putShort((short) Options.COMMENT).putShort((short) comment.length);
            out.put(comment);
            pad(out, comment.length);
        }
        if (direction != PacketDirection.UNKNOWN) {
            out.putShort((short) Options.EPB_FLAGS).putShort((short) 4).putInt(direction.bits());
        }
        if (comment.length > 0 || direction != PacketDirection.UNKNOWN) {
            out.putInt(Options.END);
        }
    }

    private static void pad(ByteBuffer out, int length) {
        for (int i = length; i < BlockLayout.padded(length); i++) {
            out.put((byte) 0);
        }
    }
}
