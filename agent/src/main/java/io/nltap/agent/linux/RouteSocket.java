// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * A NETLINK_ROUTE socket, or for {@link GenericFamilyList} one of NETLINK_GENERIC, that asks one thing at a time. It belongs to the namespace of the thread that opened it. The
 * kernel answers such requests under its rtnl lock: while somebody else holds that, a request waits.
 */
final class RouteSocket implements AutoCloseable {

    // linux/socket.h, linux/netlink.h
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int NETLINK_ROUTE = 0;
    private static final int NETLINK_GENERIC = 16;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;

    // struct sockaddr_nl { sa_family_t nl_family; unsigned short nl_pad; __u32 nl_pid, nl_groups; };   linux/netlink.h
    private static final int SOCKADDR_NL_SIZE = 12;
    private static final int NL_PID = 4;

    /** Above the 32 KiB in which the kernel packs the parts of a dump; a single link with many VFs can need more. */
    private static final int RECEIVE_SIZE = 1 << 18;

    private static final int MSG_TRUNC = 0x20;

    private final Fd fd;
    private final ByteBuffer received = NativeMemory.allocate(RECEIVE_SIZE);
    private int sequence;

    private RouteSocket(Fd fd) {
        this.fd = fd;
    }

    static RouteSocket open() throws KernelException {
        return open(NETLINK_ROUTE, "NETLINK_ROUTE");
    }

    static RouteSocket openGeneric() throws KernelException {
        return open(NETLINK_GENERIC, "NETLINK_GENERIC");
    }

    private static RouteSocket open(int protocol, String name) throws KernelException {
        RouteSocket socket = new RouteSocket(
                Fd.of(LibC.CALLS.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol), "socket", name));
        try {
            OwnPorts.bind(socket.fd);
        } catch (KernelException e) {
            socket.close();
            throw e;
        }
        // These only make errors more readable, and old kernels lack them: a refusal changes nothing.
        socket.tryOption(NETLINK_CAP_ACK);
        socket.tryOption(NETLINK_EXT_ACK);
        socket.tryOption(NETLINK_GET_STRICT_CHK);
        return socket;
    }

    private void tryOption(int name) {
        LibC.CALLS.setsockopt(fd.number(), SOL_NETLINK, name, NativeMemory.ofInt(1), Integer.BYTES);
    }

    /**
     * Sends a request and waits for all of its answer.
     *
     * @param answers takes each message of the answer that is neither error nor end, positioned at its header
     * @throws KernelException when the kernel refuses: {@code call} and {@code object} of it say what was asked
     */
    void request(NetlinkRequest request, Consumer<ByteBuffer> answers) throws KernelException {
        ByteBuffer bytes = request.finish(++sequence);
        LibC.checked(
                LibC.CALLS.send(fd.number(), bytes, bytes.remaining(), 0),
                request.name() + " (send)",
                request.object());
        boolean more = true;
        while (more) {
            more = readAnswer(request, answers);
        }
    }

    void request(NetlinkRequest request) throws KernelException {
        request(request, answer -> {});
    }

    /** The socket's port id, an unsigned number; 0 before its first request. */
    long portId() throws KernelException {
        ByteBuffer address = NativeMemory.allocate(SOCKADDR_NL_SIZE);
        LibC.checked(
                LibC.CALLS.getsockname(fd.number(), address, NativeMemory.ofInt(SOCKADDR_NL_SIZE)),
                "getsockname",
                "NETLINK_ROUTE");
        return Integer.toUnsignedLong(address.getInt(NL_PID));
    }

    private boolean readAnswer(NetlinkRequest request, Consumer<ByteBuffer> answers) throws KernelException {
        received.clear();
        long length = LibC.CALLS.recv(fd.number(), received, received.capacity(), MSG_TRUNC);
        if (length < 0) {
            int errno = LibC.errno();
            if (errno == Errno.EINTR.number()) {
                return true;
            }
            throw new KernelException(request.name() + " (recv)", request.object(), errno);
        }
        if (length > received.capacity()) {
            throw new KernelException(request.name() + " (recv)", request.object(), Errno.EMSGSIZE.number());
        }
        received.limit((int) length);
        boolean more = true;
        NetlinkAnswer answer = new NetlinkAnswer(received);
        while (more && answer.next()) {
            more = take(answer, request, answers);
        }
        return more;
    }

    /** Whether more of this answer is to come. */
    private boolean take(NetlinkAnswer answer, NetlinkRequest request, Consumer<ByteBuffer> answers)
            throws KernelException {
        if (answer.sequence() != sequence) {
            return true;
        }
        if (answer.isEnd()) {
            int errno = answer.errno();
            if (errno != 0) {
                throw new KernelException(request.name(), request.object(), errno, answer.explanation());
            }
            return false;
        }
        answers.accept(answer.message());
        return true;
    }

    @Override
    public void close() {
        fd.close();
    }
}
