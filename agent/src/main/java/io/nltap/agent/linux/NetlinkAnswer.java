// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Walks the messages of one received datagram. Stops at the first that does not fit. */
final class NetlinkAnswer {

    // linux/netlink.h
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int NLM_F_CAPPED = 0x100;
    private static final int NLM_F_ACK_TLVS = 0x200;
    private static final int NLMSGERR_ATTR_MSG = 1;

    private final ByteBuffer datagram;
    private int start;
    private int end;

    NetlinkAnswer(ByteBuffer datagram) {
        this.datagram = datagram;
    }

    /** Moves to the next message; false at the end. */
    boolean next() {
        start = align(end);
        if (start > datagram.limit() - NetlinkRequest.HEADER_SIZE) {
            return false;
        }
        int length = datagram.getInt(start + NetlinkRequest.LENGTH);
        if (length < NetlinkRequest.HEADER_SIZE || length > datagram.limit() - start) {
            return false;
        }
        end = start + length;
        return true;
    }

    private static int align(int offset) {
        return (offset + 3) & ~3;
    }

    int sequence() {
        return datagram.getInt(start + NetlinkRequest.SEQUENCE);
    }

    private int type() {
        return Short.toUnsignedInt(datagram.getShort(start + NetlinkRequest.TYPE));
    }

    /** Whether this is the last message of the answer: an acknowledgement, an error, or the end of a dump. */
    boolean isEnd() {
        return type() == NLMSG_ERROR || type() == NLMSG_DONE;
    }

    /** The positive error number of an end, 0 for success. */
    int errno() {
        int payload = start + NetlinkRequest.HEADER_SIZE;
        return end - payload < Integer.BYTES ? 0 : -datagram.getInt(payload);
    }

    /** What the kernel says about an error (extended acknowledgement), or empty. */
    String explanation() {
        int flags = Short.toUnsignedInt(datagram.getShort(start + NetlinkRequest.FLAGS));
        if ((flags & NLM_F_ACK_TLVS) == 0) {
            return "";
        }
        // struct nlmsgerr { int error; struct nlmsghdr msg; }, then the request's payload unless capped, then
        // attributes
        int offset = start + NetlinkRequest.HEADER_SIZE + Integer.BYTES;
        if (type() == NLMSG_ERROR) {
            if (end - offset < NetlinkRequest.HEADER_SIZE) {
                return "";
            }
            boolean capped = (flags & NLM_F_CAPPED) != 0;
            offset += capped ? NetlinkRequest.HEADER_SIZE : align(datagram.getInt(offset));
        }
        return offset < start || offset > end
                ? ""
                : Attributes.in(datagram, offset, end).text(NLMSGERR_ATTR_MSG).orElse("");
    }

    /** The present message alone, in the machine's byte order. */
    ByteBuffer message() {
        return datagram.slice(start, end - start).order(ByteOrder.nativeOrder());
    }

    /** Attributes of a message after its fixed part. */
    static Optional<Attributes> attributesOf(ByteBuffer message, int fixedPart) {
        int from = NetlinkRequest.HEADER_SIZE + fixedPart;
        return from > message.limit() ? Optional.empty() : Optional.of(Attributes.in(message, from, message.limit()));
    }
}
