// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.message;

import java.nio.ByteBuffer;

/** One message in one line, for people. */
public final class MessageLine {
    /** {@code struct nlmsgerr { int error; struct nlmsghdr msg; }}: where the type of the failed request is. */
    private static final int FAILED_TYPE = 4 + 4;

    private static final int FAILED_HEADER_END = 4 + 16;

    private MessageLine() {}

    /**
     * Such as {@code ROUTE RTM_GETLINK REQUEST|DUMP seq 1700000000 port 0 len 40}.
     *
     * @param protocol netlink protocol
     * @param message stands at a message
     */
    public static String of(int protocol, NetlinkReader message) {
        ByteBuffer payload = message.payload();
        String name = MessageTypes.name(protocol, message.type(), payload);
        return "%s %s%s %s seq %d port %d len %d%s"
                .formatted(
                        Protocols.name(protocol),
                        name,
                        outcome(protocol, message.type(), payload),
                        Flags.names(message.flags(), name),
                        message.seq(),
                        message.portId(),
                        message.length(),
                        message.isCut() ? " (cut off)" : "");
    }

    private static String outcome(int protocol, int type, ByteBuffer payload) {
        boolean isError = type == MessageTypes.NLMSG_ERROR;
        if ((!isError && type != MessageTypes.NLMSG_DONE) || payload.remaining() < Integer.BYTES) {
            return "";
        }
        int error = payload.getInt(0);
        if (!isError) {
            return error < 0 ? " " + Errno.name(error) : ""; // else it is the dump's last return value, mostly 0
        }
        String what = error == 0 ? " OK" : " " + Errno.name(error);
        if (payload.remaining() < FAILED_HEADER_END) {
            return what;
        }
        int failed = payload.getShort(FAILED_TYPE) & 0xFFFF;
        ByteBuffer body = payload.slice(FAILED_HEADER_END, payload.remaining() - FAILED_HEADER_END);
        return what + " to " + MessageTypes.name(protocol, failed, body);
    }
}
