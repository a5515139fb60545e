// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Asks for one link and reads the answer, as most of what talks netlink does: two frames, of 32 and some 800 bytes. */
final class NetlinkExchange implements Load {

    // linux/netlink.h, linux/rtnetlink.h
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int NETLINK_ROUTE = 0;
    private static final short RTM_GETLINK = 18;
    private static final short NLM_F_REQUEST = 1;
    private static final int REQUEST = 32; // struct nlmsghdr, struct ifinfomsg
    private static final int LOOPBACK = 1;

    private final int fd;
    private final ByteBuffer request = LibC.memory(REQUEST);
    private final ByteBuffer reply = LibC.memory(32 * 1024);

    private NetlinkExchange(int fd) {
        this.fd = fd;
        request.putInt(0, REQUEST).putShort(4, RTM_GETLINK).putShort(6, NLM_F_REQUEST);
        request.putInt(16 + 4, LOOPBACK); // ifi_index
    }

    static NetlinkExchange open() throws IOException {
        return new NetlinkExchange(
                LibC.checked(LibC.CALLS.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), "socket AF_NETLINK"));
    }

    @Override
    public int framesPerStep() {
        return 2;
    }

    @Override
    public void step() throws IOException {
        LibC.checked(LibC.CALLS.send(fd, request, REQUEST, 0), "send RTM_GETLINK");
        LibC.checked(LibC.CALLS.recv(fd, reply, reply.capacity(), 0), "recv RTM_NEWLINK");
    }

    @Override
    public void close() {
        LibC.CALLS.close(fd);
    }
}
