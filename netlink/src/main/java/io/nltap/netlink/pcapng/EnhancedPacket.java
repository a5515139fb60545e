// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

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

    /** Of what stands before the datagram: the block's head, the body and the cooked header. */
    private static final int DATAGRAM = BlockLayout.HEAD + BODY + CookedHeader.LENGTH;

    private static final int MAX_ORIGINAL = Integer.MAX_VALUE - CookedHeader.LENGTH;

    private EnhancedPacket() {}

    /**
     * @param captured bytes of the datagram at hand, at least 0
     * @return bytes that {@link #put} writes for it; a multiple of 4
     */
    public static int length(int captured, PacketOptions options) {
        return DATAGRAM + BlockLayout.padded(Math.min(captured, MAX_CAPTURED)) + options.length() + BlockLayout.TAIL;
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
     * @param options in the byte order of {@code out}
     * @throws BufferOverflowException when fewer than {@code length(captured, options)} bytes remain
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
            PacketOptions options) {
        int kept = Math.min(captured, MAX_CAPTURED);
        int total = length(kept, options);
        if (out.remaining() < total) {
            throw new BufferOverflowException();
        }
        int start = out.position();
        int datagram = start + DATAGRAM;
        int end = start + total - BlockLayout.TAIL;
        // This runs for each packet: few wide writes take a third of the time that many small ones take.
        boolean little = out.order() == ByteOrder.LITTLE_ENDIAN;
        out.putLong(start, words(little, BlockLayout.ENHANCED_PACKET, total));
        out.putLong(start + 8, words(little, interfaceId, (int) (timestampNanos >>> 32)));
        out.putLong(start + 16, words(little, (int) timestampNanos, CookedHeader.LENGTH + kept));
        out.putInt(start + 24, CookedHeader.LENGTH + Math.min(original, MAX_ORIGINAL));
        CookedHeader.put(out, start + 28, packetType, protocol);
        if ((kept & 3) != 0) {
            out.putInt(datagram + (kept & -4), 0); // what the datagram does not overwrite is padding
        }
        out.put(datagram, from, offset, kept);
        options.putInto(out, datagram + BlockLayout.padded(kept));
        out.putInt(end, total);
        out.position(end + BlockLayout.TAIL);
    }

    /** Two words of 32 bits that follow each other. */
    private static long words(boolean little, int first, int second) {
        return little
                ? (first & 0xFFFF_FFFFL) | (long) second << Integer.SIZE
                : (long) first << Integer.SIZE | (second & 0xFFFF_FFFFL);
    }
}
