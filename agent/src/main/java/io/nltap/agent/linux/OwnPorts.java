// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * The port ids of this process' own netlink sockets, so that what they say is known as ours wherever it is seen, also after
 * the socket was closed. They are taken from the last 4096, which the kernel never gives by itself: its own choice ends at
 * -4097 ({@code netlink_autobind} in net/netlink/af_netlink.c).
 */
public final class OwnPorts {

    // struct sockaddr_nl { __kernel_sa_family_t nl_family; unsigned short nl_pad; __u32 nl_pid; __u32 nl_groups; };
    private static final int ADDRESS_SIZE = 12;
    private static final short AF_NETLINK = 16;

    private static final int COUNT = 4096;
    private static final long FIRST = (1L << 32) - COUNT;

    private static final BitSet TAKEN = new BitSet(COUNT);
    private static int next;

    private OwnPorts() {}

    /** Whether a socket of this process has, or had, the port id. */
    public static boolean contains(long portId) {
        if (portId < FIRST) {
            return false;
        }
        synchronized (TAKEN) {
            return TAKEN.get((int) (portId - FIRST));
        }
    }

    /** Gives a netlink socket a port id of its own. */
    static void bind(Fd socket) throws KernelException {
        ByteBuffer address = NativeMemory.allocate(ADDRESS_SIZE).putShort(0, AF_NETLINK);
        for (int attempt = 0; attempt < COUNT; attempt++) {
            int number = take();
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

    private static int take() {
        synchronized (TAKEN) {
            int number = next;
            next = (next + 1) % COUNT;
            TAKEN.set(number);
            return number;
        }
    }
}
