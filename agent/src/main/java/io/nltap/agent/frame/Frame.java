// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

import java.nio.ByteBuffer;

/**
 * One captured netlink datagram, lent by a {@link FrameSource}: valid only inside {@link FrameSink#accept}, and the
 * same object is used again for the next frame. What must outlive the call is copied.
 */
public interface Frame {

    /** Kernel time of capture, nanoseconds since the epoch. */
    long timestampNanos();

    /** {@code sll_pkttype} of {@code linux/if_packet.h}; packet sockets on nlmon always see 4, outgoing. */
    int packetType();

    /** Netlink protocol ({@code NETLINK_ROUTE} = 0 and so on), from {@code sll_protocol}. */
    int protocol();

    /**
     * The kernel's packet hash, in which a tagger leaves the number of the frame's tag: {@code tp_rxhash}, an unsigned
     * 32-bit number; 0 where the source does not tell it.
     */
    int hash();

    /** Bytes of the datagram as it was sent, without any cooked header. */
    int originalLength();

    /** Bytes of the datagram that were captured; at most {@link #originalLength}. */
    int capturedLength();

    /**
     * Where the captured bytes are: from {@link #offset}, {@link #capturedLength} of them. They are this capture's alone;
     * nobody changes them but the redaction.
     */
    ByteBuffer buffer();

    /** Index of the first captured byte in {@link #buffer}. */
    int offset();
}
