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
    private static final int TP_NSEC = 8;
    private static final int TP_LEN = 16;
    // After it: struct tpacket_hdr_variant1 { __u32 tp_rxhash, tp_vlan_tci; __u16 tp_vlan_tpid, tp_padding; };
    private static final int TP_MAC = 24;

    // TPACKET_ALIGN(sizeof(struct tpacket3_hdr))
    private static final int SOCKADDR_LL = 48;
    // struct sockaddr_ll { unsigned short sll_family; __be16 sll_protocol; int sll_ifindex; unsigned short sll_hatype;
    //                      unsigned char sll_pkttype, sll_halen, sll_addr[8]; };
    private static final int SLL_PROTOCOL = SOCKADDR_LL + 2;
    private static final int SLL_PKTTYPE = SOCKADDR_LL + 10;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private ByteBuffer memory = ByteBuffer.allocate(0);
    private int start;

    // Read once for each frame, two words at a time: on the JVM's quick compiler each read is a call.
    private int next;
    private long seconds;
    private long nanos;
    private int capturedLength;
    private int originalLength;
    private int offset;
    private int hash;
    private int protocol;

    /** @param block in the machine's byte order */
    void moveTo(ByteBuffer block, int at) {
        memory = block;
        start = at;
        long words = block.getLong(at + TP_NEXT_OFFSET);
        next = at + first(words);
        seconds = Integer.toUnsignedLong(second(words));
        words = block.getLong(at + TP_NSEC);
        nanos = Integer.toUnsignedLong(first(words));
        capturedLength = second(words);
        originalLength = block.getInt(at + TP_LEN);
        words = block.getLong(at + TP_MAC);
        offset = at + (LITTLE ? first(words) & 0xFFFF : first(words) >>> Short.SIZE);
        hash = second(words);
        // The kernel writes the protocol in network byte order, whatever the machine's is.
        short raw = block.getShort(at + SLL_PROTOCOL);
        protocol = Short.toUnsignedInt(LITTLE ? Short.reverseBytes(raw) : raw);
    }

    private static int first(long words) {
        return (int) (LITTLE ? words : words >>> Integer.SIZE);
    }

    private static int second(long words) {
        return (int) (LITTLE ? words >>> Integer.SIZE : words);
    }

    /** Where the next frame of this block begins. */
    int next() {
        return next;
    }

    @Override
    public long timestampNanos() {
        return seconds * NANOS_PER_SECOND + nanos;
    }

    @Override
    public int packetType() {
        return Byte.toUnsignedInt(memory.get(start + SLL_PKTTYPE));
    }

    @Override
    public int protocol() {
        return protocol;
    }

    @Override
    public int hash() {
        return hash;
    }

    @Override
    public int originalLength() {
        return originalLength;
    }

    @Override
    public int capturedLength() {
        return capturedLength;
    }

    @Override
    public ByteBuffer buffer() {
        return memory;
    }

    @Override
    public int offset() {
        return offset;
    }
}
