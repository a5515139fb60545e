// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One netlink message under construction: header, fixed part, attributes that may nest. */
final class NetlinkRequest {

    // struct nlmsghdr { __u32 nlmsg_len; __u16 nlmsg_type, nlmsg_flags; __u32 nlmsg_seq, nlmsg_pid; };  linux/netlink.h
    static final int HEADER_SIZE = 16;
    static final int LENGTH = 0;
    static final int TYPE = 4;
    static final int FLAGS = 6;
    static final int SEQUENCE = 8;

    static final short NLM_F_REQUEST = 0x1;
    static final short NLM_F_ACK = 0x4;
    static final short NLM_F_DUMP = 0x300;
    static final short NLM_F_EXCL = 0x200;
    static final short NLM_F_CREATE = 0x400;

    // struct rtattr { unsigned short rta_len, rta_type; };   linux/rtnetlink.h
    private static final int ATTRIBUTE_HEADER = 4;

    private static final int CAPACITY = 4096;

    private final String name;
    private final String object;
    private final ByteBuffer bytes = NativeMemory.allocate(CAPACITY);

    /**
     * @param name the message type by name, for errors
     * @param object what is asked about, for errors
     */
    NetlinkRequest(String name, String object, int type, int flags) {
        this.name = name;
        this.object = object;
        bytes.position(HEADER_SIZE);
        bytes.putShort(TYPE, (short) type).putShort(FLAGS, (short) (NLM_F_REQUEST | flags));
    }

    String name() {
        return name;
    }

    String object() {
        return object;
    }

    /** {@code struct ifinfomsg}: family, pad, type, index, flags, change   linux/rtnetlink.h */
    NetlinkRequest interfaceInfo(int index, int flags, int change) {
        bytes.put((byte) 0)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(index)
                .putInt(flags)
                .putInt(change);
        return this;
    }

    /** {@code struct tcmsg}: family, pads, interface, handle, parent, info   linux/rtnetlink.h */
    NetlinkRequest trafficControl(int index, int handle, int parent, int info) {
        bytes.putInt(0).putInt(index).putInt(handle).putInt(parent).putInt(info);
        return this;
    }

    NetlinkRequest attribute(int type, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        int start = begin(type);
        bytes.put(text).put((byte) 0);
        return end(start);
    }

    NetlinkRequest attribute(int type, int value) {
        int start = begin(type);
        bytes.putInt(value);
        return end(start);
    }

    /** Opens a nest; what follows is inside until {@link #end}. */
    int begin(int type) {
        int start = bytes.position();
        bytes.putShort((short) 0).putShort((short) type);
        return start;
    }

    NetlinkRequest end(int start) {
        bytes.putShort(start, (short) (bytes.position() - start));
        while (bytes.position() % ATTRIBUTE_HEADER != 0) {
            bytes.put((byte) 0);
        }
        return this;
    }

    /** {@code struct genlmsghdr}: command, version, reserved   linux/genetlink.h */
    NetlinkRequest generic(int command, int version) {
        bytes.put((byte) command).put((byte) version).putShort((short) 0);
        return this;
    }

    ByteBuffer finish(int sequence) {
        bytes.putInt(LENGTH, bytes.position()).putInt(SEQUENCE, sequence);
        return bytes.flip();
    }
}
