// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.scope;

import io.nltap.agent.frame.Frame;
import io.nltap.netlink.message.MessageType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;

/**
 * Looks for messages of certain types in a datagram. An error or an acknowledgement, {@code NLMSG_ERROR}, counts as the
 * message that it answers, which it carries: who asks for RTM_NEWROUTE wants to know what became of it.
 */
final class MessageSelection {
    // struct nlmsghdr { __u32 nlmsg_len; __u16 nlmsg_type; __u16 nlmsg_flags; __u32 nlmsg_seq; __u32 nlmsg_pid; };
    private static final int HEADER = 16;
    private static final int TYPE = 4;
    // struct nlmsgerr { int error; struct nlmsghdr msg; };   linux/netlink.h
    private static final int ANSWERED = HEADER + 4;
    private static final int NLMSG_ERROR = 2;

    private final MessageType[] types;

    MessageSelection(Collection<MessageType> types) {
        this.types = types.toArray(MessageType[]::new);
    }

    boolean allows(Frame frame) {
        return types.length == 0 || hasOne(frame);
    }

    private boolean hasOne(Frame frame) {
        ByteBuffer buffer = frame.buffer();
        boolean swap = buffer.order() != ByteOrder.nativeOrder();
        int captured = frame.capturedLength();
        long end = Math.max(captured, frame.originalLength());
        long at = 0;
        while (at + HEADER <= captured) {
            int start = frame.offset() + (int) at;
            long length = word(buffer, start, swap) & 0xFFFF_FFFFL;
            if (length < HEADER || at + length > end) {
                return false;
            }
            int there = (int) Math.min(length, captured - at);
            if (isOne(frame.protocol(), buffer, start, there, swap)) {
                return true;
            }
            at += (length + 3) & -4L;
        }
        return false;
    }

    private boolean isOne(int protocol, ByteBuffer buffer, int start, int length, boolean swap) {
        int type = half(buffer, start + TYPE, swap);
        if (isListed(protocol, type, command(buffer, start, length))) {
            return true;
        }
        return type == NLMSG_ERROR
                && length >= ANSWERED + HEADER
                && isListed(
                        protocol,
                        half(buffer, start + ANSWERED + TYPE, swap),
                        command(buffer, start + ANSWERED, length - ANSWERED));
    }

    /** {@code genlmsghdr.cmd}, the first byte after the header; what it is in other protocols does not matter. */
    private static int command(ByteBuffer buffer, int start, int length) {
        return length > HEADER ? buffer.get(start + HEADER) & 0xFF : MessageType.ANY;
    }

    private boolean isListed(int protocol, int type, int command) {
        for (MessageType each : types) {
            if (each.matches(protocol, type, command)) {
                return true;
            }
        }
        return false;
    }

    private static int word(ByteBuffer buffer, int at, boolean swap) {
        int raw = buffer.getInt(at);
        return swap ? Integer.reverseBytes(raw) : raw;
    }

    private static int half(ByteBuffer buffer, int at, boolean swap) {
        short raw = buffer.getShort(at);
        return (swap ? Short.reverseBytes(raw) : raw) & 0xFFFF;
    }
}
