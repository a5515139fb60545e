// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The port ids of the netlink sockets of nltap, so that what it says is known as its own wherever it is seen: by whichever of
 * its processes on this machine, and also after the socket was closed. They are the last 4096, which the kernel never gives
 * by itself: its own choice ends at -4097 ({@code netlink_autobind} in net/netlink/af_netlink.c).
 */
public final class OwnPorts {

    // struct sockaddr_nl { __kernel_sa_family_t nl_family; unsigned short nl_pad; __u32 nl_pid; __u32 nl_groups; };
    private static final int ADDRESS_SIZE = 12;
    private static final short AF_NETLINK = 16;

    private static final int COUNT = 4096;
    private static final long FIRST = (1L << 32) - COUNT;

    private static final AtomicInteger NEXT = new AtomicInteger();

    private OwnPorts() {}

    /** Whether it is one of nltap's. */
    public static boolean contains(long portId) {
        return portId >= FIRST;
    }

    /** Gives a netlink socket a port id of its own. */
    static void bind(Fd socket) throws KernelException {
        ByteBuffer address = NativeMemory.allocate(ADDRESS_SIZE).putShort(0, AF_NETLINK);
        for (int attempt = 0; attempt < COUNT; attempt++) {
            int number = Math.floorMod(NEXT.getAndIncrement(), COUNT);
            address.putInt(4, (int) (FIRST + number));
            int result = LibC.CALLS.bind(socket.number(), address, ADDRESS_SIZE);
            if (result == 0) {
                return;
            }
            int errno = LibC.errno();
            if (errno != Errno.EADDRINUSE.number()) {
                throw new KernelException("bind", "netlink port " + (FIRST + number), errno);
            }
        }
        throw new KernelException("bind", "netlink ports from " + FIRST, Errno.EADDRINUSE.number());
    }
}
