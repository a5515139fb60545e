// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;
import java.util.Set;

/**
 * A netlink socket that is a member of some groups, and whose contents nobody wants: while there is a member, the kernel
 * makes their notifications, and the taps of the namespace see them. What does not fit into its buffer no tap sees on its
 * account, so it has to be emptied. Used by one thread.
 */
public final class GroupSocket implements AutoCloseable {

    // linux/socket.h, linux/netlink.h
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int SOCK_NONBLOCK = 04000;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_ADD_MEMBERSHIP = 1;
    private static final int NETLINK_NO_ENOBUFS = 5;

    // asm-generic/socket.h
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SO_MEMINFO = 55;
    private static final int RECEIVE_BUFFER = 4 << 20;

    // linux/sock_diag.h: nine numbers of 32 bits, SK_MEMINFO_DROPS the last
    private static final int MEMINFO_SIZE = 36;
    private static final int MEMINFO_DROPS = 32;

    private static final int MSG_TRUNC = 0x20;

    /** In one go, so that whoever stops it does not wait for long. */
    private static final int AT_ONCE = 10_000;

    private final Fd fd;
    private final ByteBuffer nothing = NativeMemory.allocate(Integer.BYTES);

    private GroupSocket(Fd fd) {
        this.fd = fd;
    }

    /**
     * Opens it in the namespace of this thread.
     *
     * @param groups from 1 on; those that the kernel does not have are left out
     */
    public static GroupSocket open(int protocol, Set<Integer> groups) throws KernelException {
        GroupSocket socket = new GroupSocket(Fd.of(
                LibC.CALLS.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol),
                "socket",
                "netlink protocol " + protocol));
        try {
            OwnPorts.bind(socket.fd);
        } catch (KernelException e) {
            socket.close();
            throw e;
        }
        socket.set(SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER); // refused without CAP_NET_ADMIN: then it is smaller
        socket.set(SOL_NETLINK, NETLINK_NO_ENOBUFS, 1);
        for (int group : groups) {
            socket.set(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
        }
        return socket;
    }

    private void set(int level, int option, int value) {
        LibC.CALLS.setsockopt(fd.number(), level, option, NativeMemory.ofInt(value), Integer.BYTES);
    }

    /** Throws away what has come. */
    public void drain() {
        for (int i = 0; i < AT_ONCE; i++) {
            if (LibC.CALLS.recv(fd.number(), nothing, nothing.capacity(), MSG_TRUNC) < 0) {
                return;
            }
        }
    }

    /**
     * Notifications that did not fit into its buffer, of all groups together, as the kernel counts them: in 32 bits. 0 where it
     * does not tell.
     */
    public long dropped() {
        ByteBuffer numbers = NativeMemory.allocate(MEMINFO_SIZE);
        int result =
                LibC.CALLS.getsockopt(fd.number(), SOL_SOCKET, SO_MEMINFO, numbers, NativeMemory.ofInt(MEMINFO_SIZE));
        return result == 0 ? numbers.getInt(MEMINFO_DROPS) & 0xFFFF_FFFFL : 0;
    }

    /** A descriptor to wait on for something to throw away. */
    public int fd() {
        return fd.number();
    }

    @Override
    public void close() {
        fd.close();
    }
}
