// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.pcap;

import io.nltap.agent.frame.Frame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A packet as libpcap gives it for link type 253: a header in network byte order, then the datagram.
 *
 * <pre>
 *    0          2            4                  14       16
 *   +----------+------------+------------------+--------+----------
 *   | pkttype  | ARPHRD 824 | address (unused) | family | datagram
 *   +----------+------------+------------------+--------+----------
 * </pre>
 */
final class CookedFrame implements Frame {

    private static final int PKTTYPE = 0;
    private static final int FAMILY = 14;
    private static final int HEADER_SIZE = 16;

    private ByteBuffer packet = ByteBuffer.allocate(HEADER_SIZE);
    private long timestampNanos;
    private int originalLength;

    /**
     * Takes the next packet.
     *
     * @param originalLength bytes with the cooked header
     * @return false when the packet is too short to hold even the header; this frame is unusable then
     */
    boolean hold(byte[] bytes, long nanos, int originalLength) {
        this.packet = ByteBuffer.wrap(bytes).order(ByteOrder.BIG_ENDIAN);
        this.timestampNanos = nanos;
        this.originalLength = originalLength - HEADER_SIZE;
        return bytes.length >= HEADER_SIZE;
    }

    @Override
    public long timestampNanos() {
        return timestampNanos;
    }

    @Override
    public int packetType() {
        return Short.toUnsignedInt(packet.getShort(PKTTYPE));
    }

    @Override
    public int protocol() {
        return Short.toUnsignedInt(packet.getShort(FAMILY));
    }

    @Override
    public int hash() {
        return 0;
    }

    @Override
    public int originalLength() {
        return originalLength;
    }

    @Override
    public int capturedLength() {
        return packet.limit() - HEADER_SIZE;
    }

    @Override
    public ByteBuffer buffer() {
        return packet;
    }

    @Override
    public int offset() {
        return HEADER_SIZE;
    }
}
