// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.ring;

import io.nltap.agent.frame.Frame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The frame under the cursor, read straight from the ring: {@code struct tpacket3_hdr}, then {@code struct sockaddr_ll},
 * then the data (linux/if_packet.h).
 *
 * <pre>
 *    0                4       8        12          16      20         24      26      28        48
 *   +----------------+-------+--------+-----------+-------+----------+-------+-------+---------+-------------
 *   | tp_next_offset | tp_sec| tp_nsec| tp_snaplen| tp_len| tp_status| tp_mac| tp_net| hv1, pad| sockaddr_ll …
 *   +----------------+-------+--------+-----------+-------+----------+-------+-------+---------+-------------
 * </pre>
 */
final class RingFrame implements Frame {

    private static final int TP_NEXT_OFFSET = 0;
    private static final int TP_SEC = 4;
    private static final int TP_NSEC = 8;
    private static final int TP_SNAPLEN = 12;
    private static final int TP_LEN = 16;
    private static final int TP_MAC = 24;
    // struct tpacket_hdr_variant1 { __u32 tp_rxhash, tp_vlan_tci; __u16 tp_vlan_tpid, tp_padding; };
    private static final int TP_RXHASH = 28;

    // TPACKET_ALIGN(sizeof(struct tpacket3_hdr))
    private static final int SOCKADDR_LL = 48;
    // struct sockaddr_ll { unsigned short sll_family; __be16 sll_protocol; int sll_ifindex; unsigned short sll_hatype;
    //                      unsigned char sll_pkttype, sll_halen, sll_addr[8]; };
    private static final int SLL_PROTOCOL = SOCKADDR_LL + 2;
    private static final int SLL_PKTTYPE = SOCKADDR_LL + 10;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private ByteBuffer memory = ByteBuffer.allocate(0);
    private int start;

    void moveTo(ByteBuffer block, int offset) {
        memory = block;
        start = offset;
    }

    /** Where the next frame of this block begins. */
    int next() {
        return start + memory.getInt(start + TP_NEXT_OFFSET);
    }

    @Override
    public long timestampNanos() {
        return Integer.toUnsignedLong(memory.getInt(start + TP_SEC)) * NANOS_PER_SECOND
                + Integer.toUnsignedLong(memory.getInt(start + TP_NSEC));
    }

    @Override
    public int packetType() {
        return Byte.toUnsignedInt(memory.get(start + SLL_PKTTYPE));
    }

    /** The kernel writes the protocol in network byte order, whatever the machine's is. */
    @Override
    public int protocol() {
        short raw = memory.getShort(start + SLL_PROTOCOL);
        return Short.toUnsignedInt(memory.order() == ByteOrder.BIG_ENDIAN ? raw : Short.reverseBytes(raw));
    }

    @Override
    public int hash() {
        return memory.getInt(start + TP_RXHASH);
    }

    @Override
    public int originalLength() {
        return memory.getInt(start + TP_LEN);
    }

    @Override
    public int capturedLength() {
        return memory.getInt(start + TP_SNAPLEN);
    }

    @Override
    public ByteBuffer buffer() {
        return memory;
    }

    @Override
    public int offset() {
        return start + Short.toUnsignedInt(memory.getShort(start + TP_MAC));
    }
}
