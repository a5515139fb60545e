// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * Which multicast groups another process' netlink socket listens to, all of them: net/netlink in /proc shows no more than
 * 32. The kernel is asked through a duplicate of the descriptor, which is closed at once; nothing is sent, and nothing of
 * the socket changes. Needs CAP_SYS_PTRACE and Linux 5.6. Used by one thread.
 */
public final class Memberships {

    // asm-generic/unistd.h: the same on all machines since Linux 5.1
    private static final long SYS_PIDFD_OPEN = 434;
    private static final long SYS_PIDFD_GETFD = 438;

    // linux/socket.h, linux/netlink.h
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_LIST_MEMBERSHIPS = 9;

    /** Room for 4096 groups; generic netlink has some dozens. */
    private static final int SIZE = 512;

    private final ByteBuffer groups = NativeMemory.allocate(SIZE);
    private final ByteBuffer length = NativeMemory.allocate(Integer.BYTES);

    /**
     * @param pid of a process that has the socket, as this process' PID namespace counts
     * @param descriptor of the socket there
     * @param inode of the socket: what has that descriptor by now may be another
     * @return the groups; none when it is another socket
     * @throws KernelException ESRCH or EBADF when process or socket have gone, EPERM without CAP_SYS_PTRACE, ENOSYS before
     *     Linux 5.6
     */
    public BitSet of(int pid, int descriptor, long inode) throws KernelException {
        Fd process = Fd.of(LibC.CALLS.syscall(SYS_PIDFD_OPEN, pid, 0), "pidfd_open", pid);
        try {
            String object = "descriptor %d of process %d".formatted(descriptor, pid);
            Fd socket =
                    Fd.of(LibC.CALLS.syscall(SYS_PIDFD_GETFD, process.number(), descriptor, 0), "pidfd_getfd", object);
            try {
                return isSocket(socket, inode) ? ask(socket, object) : new BitSet();
            } finally {
                socket.close();
            }
        } finally {
            process.close();
        }
    }

    private static boolean isSocket(Fd fd, long inode) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd.number()))
                    .toString()
                    .equals("socket:[" + inode + "]");
        } catch (IOException e) {
            return false;
        }
    }

    private BitSet ask(Fd socket, String object) throws KernelException {
        length.putInt(0, SIZE);
        for (int at = 0; at < SIZE; at += Long.BYTES) {
            groups.putLong(at, 0);
        }
        LibC.checked(
                LibC.CALLS.getsockopt(socket.number(), SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, groups, length),
                "getsockopt NETLINK_LIST_MEMBERSHIPS",
                object);
        // Words of 32 bits, in the machine's byte order; group 1 is the lowest bit of the first. Nearly all are empty.
        BitSet memberships = new BitSet();
        for (int word = 0; word < SIZE / Integer.BYTES; word++) {
            for (int bits = groups.getInt(word * Integer.BYTES); bits != 0; bits &= bits - 1) {
                memberships.set(word * Integer.SIZE + Integer.numberOfTrailingZeros(bits) + 1);
            }
        }
        return memberships;
    }
}
