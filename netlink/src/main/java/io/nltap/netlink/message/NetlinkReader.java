// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.message;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Walks the messages of one datagram, as {@code NLMSG_OK} and {@code NLMSG_NEXT} of {@code linux/netlink.h} do. Bytes
 * are hostile: it never throws, and every {@link #next} that says true has moved forward by at least a header.
 *
 * <pre>
 *   struct nlmsghdr { __u32 nlmsg_len; __u16 nlmsg_type; __u16 nlmsg_flags; __u32 nlmsg_seq; __u32 nlmsg_pid; };
 * </pre>
 */
public final class NetlinkReader {
    static final int HEADER = 16;

    private static final int SECOND_WORD = 8;

    private static final String NOT_CAPTURED = "%d more bytes were not captured";
    private static final String TOO_FEW = "%d bytes after the last message are too few for a header";

    private ByteBuffer datagram = ByteBuffer.allocate(0);
    private int base;
    private long captured;
    private long original;
    private boolean isLittle;

    /** The header's, each read once: {@code nlmsg_len} and so on. */
    private long length;

    private int type;
    private int flags;
    private long seq;
    private long portId;

    private long start;
    private long nextStart;
    private Optional<String> problem = Optional.empty();

    /** Of an empty datagram; to be {@link #reset}. */
    public NetlinkReader() {}

    /** As {@link #reset}. */
    public NetlinkReader(ByteBuffer datagram, long original) {
        reset(datagram, original);
    }

    /**
     * Begins to read another datagram.
     *
     * @param datagram its remaining bytes are what was captured; is not changed, nor to be while this reads. Its byte order is that of the machine
     *     that sent it
     * @param original bytes that the datagram had when it was sent; taken as no less than what was captured
     */
    public void reset(ByteBuffer datagram, long original) {
        this.datagram = datagram;
        this.base = datagram.position();
        this.captured = datagram.remaining();
        this.isLittle = datagram.order() == ByteOrder.LITTLE_ENDIAN;
        this.original = Math.max(original, captured);
        this.start = 0;
        this.nextStart = 0;
        this.length = 0;
        this.problem = Optional.empty();
    }

    /** Moves to the next message. False at the end, and at bytes that are no message: then {@link #problem} tells. */
    public boolean next() {
        if (problem.isPresent() || nextStart >= original) {
            return false;
        }
        if (nextStart + HEADER > captured) {
            problem = Optional.of((captured < original ? NOT_CAPTURED : TOO_FEW).formatted(original - nextStart));
            return false;
        }
        long first = datagram.getLong(base + (int) nextStart);
        long said = (isLittle ? first : first >>> Integer.SIZE) & 0xFFFF_FFFFL;
        if (said == 0) { // ip(8) sends its whole buffer in some dumps; the kernel reads no further either
            problem = Optional.of("%d bytes follow that are no message".formatted(original - nextStart));
            return false;
        }
        if (said < HEADER || nextStart + said > original) {
            problem = Optional.of("message at byte %d says it has %d bytes, %d are left"
                    .formatted(nextStart, said, original - nextStart));
            return false;
        }
        length = said;
        type = (int) (first >>> (isLittle ? Integer.SIZE : Short.SIZE)) & 0xFFFF;
        flags = (int) (first >>> (isLittle ? Integer.SIZE + Short.SIZE : 0)) & 0xFFFF;
        long second = datagram.getLong(base + (int) nextStart + SECOND_WORD);
        seq = (isLittle ? second : second >>> Integer.SIZE) & 0xFFFF_FFFFL;
        portId = (isLittle ? second >>> Integer.SIZE : second) & 0xFFFF_FFFFL;
        start = nextStart;
        nextStart += (said + 3) & -4L; // NLMSG_ALIGN; the last message need not be padded
        return true;
    }

    /** What is wrong with the rest of the datagram, once {@link #next} has said false. */
    public Optional<String> problem() {
        return problem;
    }

    /** {@code nlmsg_len}: header and payload, without padding; 16 to 2^32 - 1. */
    public long length() {
        return length;
    }

    /** {@code nlmsg_type}. */
    public int type() {
        return type;
    }

    /** {@code nlmsg_flags}. */
    public int flags() {
        return flags;
    }

    /** {@code nlmsg_seq}, unsigned. */
    public long seq() {
        return seq;
    }

    /** {@code nlmsg_pid}, unsigned: the port id that the sender filled in, or 0. */
    public long portId() {
        return portId;
    }

    /** What follows the header, as far as it was captured; in the datagram's byte order. */
    public ByteBuffer payload() {
        return slice(start + HEADER);
    }

    /** The first byte of {@link #payload}, 0 to 255; -1 when there is none. */
    public int firstOfPayload() {
        boolean isThere = length > HEADER && start + HEADER < captured;
        return isThere ? datagram.get(base + (int) start + HEADER) & 0xFF : -1;
    }

    /** Bytes that {@link #payload} has. */
    public int payloadLength() {
        return (int) Math.max(0, Math.min(start + length, captured) - start - HEADER);
    }

    /**
     * An int of {@link #payload}, without making one.
     *
     * @param at offset in the payload, at most its length - 4
     */
    public int payloadInt(int at) {
        return datagram.getInt(base + (int) start + HEADER + at);
    }

    /** Likewise, two bytes, 0 to 65535. */
    public int payloadShort(int at) {
        return datagram.getShort(base + (int) start + HEADER + at) & 0xFFFF;
    }

    private ByteBuffer slice(long from) {
        long to = Math.min(start + length, captured);
        return datagram.slice(base + (int) from, (int) (to - from)).order(datagram.order());
    }

    /** Where the message begins in the datagram. */
    public long offset() {
        return start;
    }

    /** Header and payload, as far as they were captured; in the datagram's byte order. */
    public ByteBuffer bytes() {
        return slice(start);
    }

    /** Whether {@link #payload} lacks bytes that were sent but not captured. */
    public boolean isCut() {
        return start + length > captured;
    }

    /**
     * Counts messages without making an object, for the path that each frame takes.
     *
     * @param buffer where the datagram is; neither its position, limit nor byte order is used or changed
     * @param offset of its first byte
     * @param captured how many bytes of it are there
     * @param original bytes that it had when it was sent
     * @param order of the machine that sent it
     * @return messages whose header was captured and whose length is possible
     */
    public static int count(ByteBuffer buffer, int offset, int captured, int original, ByteOrder order) {
        boolean swap = buffer.order() != order;
        long end = Math.max(original, captured);
        int count = 0;
        long at = 0;
        while (at + HEADER <= captured) {
            int raw = buffer.getInt(offset + (int) at);
            long length = (swap ? Integer.reverseBytes(raw) : raw) & 0xFFFF_FFFFL;
            if (length < HEADER || at + length > end) {
                break;
            }
            count++;
            at += (length + 3) & -4L;
        }
        return count;
    }
}
