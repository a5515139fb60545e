// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Sends what the kernel ignores, so that nothing slows the sender: one frame of 128 bytes each. */
final class NetlinkBurst implements Load {

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int NETLINK_ROUTE = 0;
    private static final short NLMSG_NOOP = 1;
    private static final int SIZE = 128;

    private final int fd;
    private final ByteBuffer message = LibC.memory(SIZE);

    private NetlinkBurst(int fd) {
        this.fd = fd;
        message.putInt(0, SIZE).putShort(4, NLMSG_NOOP);
    }

    static NetlinkBurst open() throws IOException {
        return new NetlinkBurst(
                LibC.checked(LibC.CALLS.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), "socket AF_NETLINK"));
    }

    @Override
    public int framesPerStep() {
        return 1;
    }

    @Override
    public void step() throws IOException {
        LibC.checked(LibC.CALLS.send(fd, message, SIZE, 0), "send NLMSG_NOOP");
    }

    @Override
    public void close() {
        LibC.CALLS.close(fd);
    }
}
