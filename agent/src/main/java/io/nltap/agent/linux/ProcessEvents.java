// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Hears of each process when it is made, before it first runs: the kernel's process connector (linux/cn_proc.h,
 * drivers/connector/cn_proc.c). It speaks netlink too, by a protocol that nlmon does not show.
 *
 * <p>Only in the machine's own network namespace, only for root, and only in the first PID namespace, whose numbers it
 * tells. Used by one thread at a time.
 */
public final class ProcessEvents implements AutoCloseable {

    /** Hears what happens. */
    public interface Listener {
        /** A process was made; all ids are of processes, not of threads, and of the first PID namespace. */
        void forked(int parent, int child);

        /** So much happened at a time that some of it was not told. */
        void lost();
    }

    // linux/netlink.h, linux/connector.h
    private static final int AF_NETLINK = 16;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int SOCK_NONBLOCK = 04000;
    private static final int NETLINK_CONNECTOR = 11;
    private static final short NLMSG_DONE = 3;
    private static final int CN_IDX_PROC = 1;
    private static final int CN_VAL_PROC = 1;

    // asm-generic/socket.h
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int RECEIVE_BUFFER = 4 << 20;

    // enum proc_cn_mcast_op { PROC_CN_MCAST_LISTEN = 1, PROC_CN_MCAST_IGNORE = 2 };   linux/cn_proc.h
    private static final int PROC_CN_MCAST_LISTEN = 1;
    private static final int PROC_CN_MCAST_IGNORE = 2;

    // struct cn_msg { struct cb_id { __u32 idx, val; } id; __u32 seq, ack; __u16 len, flags; __u8 data[]; };
    private static final int CN_MSG = 16; // after struct nlmsghdr
    private static final int CN_LEN = CN_MSG + 16;
    private static final int DATA = CN_MSG + 20;

    // struct proc_event { __u32 what, cpu; __u64 timestamp_ns; union { … } event_data; };
    private static final int EVENT_DATA = DATA + 16;
    private static final int PROC_EVENT_NONE = 0;
    private static final int PROC_EVENT_FORK = 1;
    // struct fork_proc_event { __kernel_pid_t parent_pid, parent_tgid, child_pid, child_tgid; };
    private static final int PARENT_TGID = EVENT_DATA + 4;
    private static final int CHILD_PID = EVENT_DATA + 8;
    private static final int CHILD_TGID = EVENT_DATA + 12;
    private static final int FORK_EVENT = EVENT_DATA + 16;

    private static final Duration ANSWER = Duration.ofSeconds(2);

    private final Fd fd;
    private final ByteBuffer received = NativeMemory.allocate(4096);

    private ProcessEvents(Fd fd) {
        this.fd = fd;
    }

    /**
     * Begins to listen.
     *
     * @param machine the machine's own network namespace, that of its first process
     * @throws KernelException EPROTONOSUPPORT or ECONNREFUSED when the kernel has no process connector, EPERM without
     *     CAP_NET_ADMIN, ETIMEDOUT when it does not answer, as in a PID namespace of a container
     */
    public static ProcessEvents open(NetNs machine) throws KernelException, InterruptedException {
        ProcessEvents events = machine.visit(() -> new ProcessEvents(Fd.of(
                LibC.CALLS.socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR),
                "socket",
                "NETLINK_CONNECTOR")));
        try {
            events.listen();
            return events;
        } catch (KernelException | RuntimeException e) {
            events.close();
            throw e;
        }
    }

    private void listen() throws KernelException {
        // struct sockaddr_nl { __kernel_sa_family_t nl_family; unsigned short nl_pad; __u32 nl_pid, nl_groups; };
        ByteBuffer address =
                NativeMemory.allocate(12).putShort(0, (short) AF_NETLINK).putInt(8, CN_IDX_PROC);
        LibC.checked(LibC.CALLS.bind(fd.number(), address, address.capacity()), "bind", "NETLINK_CONNECTOR");
        LibC.checked(
                LibC.CALLS.setsockopt(
                        fd.number(), SOL_SOCKET, SO_RCVBUFFORCE, NativeMemory.ofInt(RECEIVE_BUFFER), Integer.BYTES),
                "setsockopt",
                "SO_RCVBUFFORCE");
        say(PROC_CN_MCAST_LISTEN);
        awaitAnswer();
    }

    private void say(int operation) throws KernelException {
        int length = DATA + Integer.BYTES;
        ByteBuffer order = NativeMemory.allocate(length)
                .putInt(0, length)
                .putShort(4, NLMSG_DONE)
                .putInt(CN_MSG, CN_IDX_PROC)
                .putInt(CN_MSG + 4, CN_VAL_PROC)
                .putShort(CN_LEN, (short) Integer.BYTES)
                .putInt(DATA, operation);
        LibC.checked(LibC.CALLS.send(fd.number(), order, length, 0), "send", "process connector");
    }

    /** The kernel says with an event of its own whether it will tell us. Processes made meanwhile are found otherwise. */
    private void awaitAnswer() throws KernelException {
        // struct pollfd { int fd; short events; short revents; };   asm-generic/poll.h
        ByteBuffer pollfd = NativeMemory.allocate(8).putInt(0, fd.number()).putShort(4, (short) 1);
        long deadline = System.nanoTime() + ANSWER.toNanos();
        while (System.nanoTime() - deadline < 0) {
            LibC.CALLS.poll(pollfd, 1, 100);
            while (receive()) {
                if (received.limit() >= EVENT_DATA + Integer.BYTES && received.getInt(DATA) == PROC_EVENT_NONE) {
                    int error = Math.abs(received.getInt(EVENT_DATA));
                    if (error != 0) {
                        throw new KernelException("PROC_CN_MCAST_LISTEN", "process connector", error);
                    }
                    return;
                }
            }
        }
        throw new KernelException("PROC_CN_MCAST_LISTEN", "process connector", Errno.ETIMEDOUT.number());
    }

    /** Tells the listener all that has happened until now; does not wait. */
    public void drain(Listener listener) throws IOException {
        boolean more = true;
        while (more) {
            try {
                more = receive();
                if (more) {
                    take(listener);
                }
            } catch (KernelException e) {
                if (!e.is(Errno.ENOBUFS)) {
                    throw e;
                }
                listener.lost();
            }
        }
    }

    private boolean receive() throws KernelException {
        received.clear();
        long length = LibC.CALLS.recv(fd.number(), received, received.capacity(), 0);
        if (length < 0) {
            int errno = LibC.errno();
            if (errno == Errno.EAGAIN.number() || errno == Errno.EINTR.number()) {
                return false;
            }
            throw new KernelException("recv", "process connector", errno);
        }
        received.limit((int) length);
        return true;
    }

    private void take(Listener listener) {
        if (received.limit() < FORK_EVENT || received.getInt(DATA) != PROC_EVENT_FORK) {
            return;
        }
        int child = received.getInt(CHILD_TGID);
        if (child == received.getInt(CHILD_PID)) { // else a thread
            listener.forked(received.getInt(PARENT_TGID), child);
        }
    }

    /** A descriptor to wait on for something that happens. */
    public int fd() {
        return fd.number();
    }

    @Override
    public void close() {
        try {
            say(PROC_CN_MCAST_IGNORE); // older kernels go on preparing events for listeners that just went away
        } catch (KernelException e) {
            // It never listened, or the kernel has forgotten us already: the same in the end.
        } finally {
            fd.close();
        }
    }
}
