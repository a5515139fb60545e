// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.Frame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header of a datagram's first message, and which acknowledgement is the last that the datagram asks for. Filled anew
 * for each frame.
 *
 * <pre>
 *   struct nlmsghdr { __u32 nlmsg_len; __u16 nlmsg_type; __u16 nlmsg_flags; __u32 nlmsg_seq; __u32 nlmsg_pid; };
 * </pre>
 */
final class MessageHead {
    private static final int SIZE = 16;

    // linux/netlink.h
    private static final int NLM_F_REQUEST = 1;
    private static final int NLM_F_ACK = 4;
    private static final int NLM_F_DUMP = 0x300;
    private static final int NLMSG_ERROR = 2;
    private static final int FIRST_TYPE = 0x10;
    // linux/rtnetlink.h: types come in fours, NEW, DEL, GET and SET
    private static final int GET = 2;
    private static final int NETLINK_ROUTE = 0;

    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    /** Messages of one datagram that are looked at. */
    private static final int LOOKED_AT = 64;

    private boolean present;
    private int type;
    private int flags;
    private int sequence;
    private long portId;

    void read(Frame frame) {
        present = frame.capturedLength() >= SIZE;
        if (present) {
            ByteBuffer bytes = frame.buffer();
            int at = frame.offset();
            // Three numbers at a time, as each read takes its time.
            long raw = bytes.getLong(at + 4);
            long words = bytes.order() == ByteOrder.nativeOrder() ? raw : Long.reverseBytes(raw);
            type = (int) (LITTLE ? words : words >>> 48) & 0xFFFF;
            flags = (int) (LITTLE ? words >>> 16 : words >>> 32) & 0xFFFF;
            sequence = (int) (LITTLE ? words >>> 32 : words);
            portId = Integer.toUnsignedLong(s32(bytes, at + 12));
        }
    }

    /** Whether there was a header at all; without one the other answers mean nothing. */
    boolean isPresent() {
        return present;
    }

    int type() {
        return type;
    }

    int flags() {
        return flags;
    }

    int sequence() {
        return sequence;
    }

    /** {@code nlmsg_pid}: in answers the requester's port id; in requests whatever the sender liked. */
    long portId() {
        return portId;
    }

    boolean isRequest() {
        return present && (flags & NLM_F_REQUEST) != 0;
    }

    boolean isAcknowledgement() {
        return present && type == NLMSG_ERROR;
    }

    /** Whether this may change anything. Generic netlink does not tell, but for dumps. */
    boolean mayChange(int protocol) {
        if (!isRequest() || type < FIRST_TYPE) {
            return false;
        }
        return protocol == NETLINK_ROUTE ? (type & 3) != GET : (flags & NLM_F_DUMP) != NLM_F_DUMP;
    }

    /** Sequence number of the last message that asks to be acknowledged, in {@code found[0]}. False when none does. */
    boolean findLastAsked(Frame frame, int[] found) {
        ByteBuffer bytes = frame.buffer();
        long at = frame.offset();
        long end = at + frame.capturedLength();
        boolean any = false;
        for (int message = 0; message < LOOKED_AT && end - at >= SIZE; message++) {
            long length = Integer.toUnsignedLong(s32(bytes, (int) at));
            if (length < SIZE) {
                break;
            }
            if ((u16(bytes, (int) at + 6) & NLM_F_ACK) != 0) {
                found[0] = s32(bytes, (int) at + 8);
                any = true;
            }
            at += (length + 3) & -4L;
        }
        return any;
    }

    private static int u16(ByteBuffer bytes, int at) {
        short raw = bytes.getShort(at);
        return Short.toUnsignedInt(bytes.order() == ByteOrder.nativeOrder() ? raw : Short.reverseBytes(raw));
    }

    private static int s32(ByteBuffer bytes, int at) {
        int raw = bytes.getInt(at);
        return bytes.order() == ByteOrder.nativeOrder() ? raw : Integer.reverseBytes(raw);
    }
}
