// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.nio.ByteBuffer;

/**
 * Writes captured netlink datagrams as enhanced packet blocks, and makes no object while doing so.
 *
 * <pre>
 *   0 type 6 | 4 total length | 8 interface id | 12 time high | 16 time low | 20 captured | 24 original
 *   28 cooked header, 16 bytes | 44 datagram, padded to 4 | total length
 * </pre>
 */
public final class EnhancedPacket {

    /** The most bytes of one datagram that a file may hold: the snaplen counts the cooked header. */
    public static final int MAX_CAPTURED = InterfaceDescription.SNAPLEN - CookedHeader.LENGTH;

    /** Interface id, timestamp, captured and original length. */
    private static final int BODY = 4 + 8 + 4 + 4;

    private static final int MAX_ORIGINAL = Integer.MAX_VALUE - CookedHeader.LENGTH;

    private EnhancedPacket() {}

    /**
     * @param captured bytes of the datagram at hand, at least 0
     * @return bytes that {@link #put} writes for it; a multiple of 4, at most {@code length(MAX_CAPTURED)}
     */
    public static int length(int captured) {
        return BlockLayout.HEAD
                + BODY
                + BlockLayout.padded(CookedHeader.LENGTH + Math.min(captured, MAX_CAPTURED))
                + BlockLayout.TAIL;
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
        int kept = Math.min(captured, MAX_CAPTURED);
        int total = length(kept);
        BlockLayout.begin(out, BlockLayout.ENHANCED_PACKET, total);
        out.putInt(interfaceId);
        out.putInt((int) (timestampNanos >>> 32)).putInt((int) timestampNanos);
        out.putInt(CookedHeader.LENGTH + kept);
        out.putInt(CookedHeader.LENGTH + Math.min(original, MAX_ORIGINAL));
        CookedHeader.put(out, packetType, protocol);
        int at = out.position();
        out.put(at, from, offset, kept);
        out.position(at + kept);
        for (int i = kept; i < BlockLayout.padded(kept); i++) {
            out.put((byte) 0);
        }
        BlockLayout.end(out, total);
    }
}
