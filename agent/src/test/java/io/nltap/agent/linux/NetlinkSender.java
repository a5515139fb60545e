// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * Sends netlink datagrams of any size to the kernel. It ignores them: they are NLMSG_NOOP, filled with noise. Opened in the
 * namespace of the calling thread, used from anywhere.
 */
public final class NetlinkSender implements AutoCloseable {

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUFFORCE = 32;
    private static final short NLMSG_NOOP = 1;
    private static final int LARGEST = 1 << 21;

    /** Netlink protocols, as a frame's protocol shows them. */
    public static final int NETLINK_ROUTE = 0;

    public static final int NETLINK_GENERIC = 16;

    private final Fd fd;
    private final ByteBuffer memory = NativeMemory.allocate(LARGEST);
    private final Random noise = new Random(42);

    private NetlinkSender(Fd fd) {
        this.fd = fd;
    }

    public static NetlinkSender open(int protocol) throws KernelException {
        Fd fd = Fd.of(LibC.CALLS.socket(AF_NETLINK, SOCK_RAW, protocol), "socket", "AF_NETLINK " + protocol);
        LibC.checked(
                LibC.CALLS.setsockopt(fd.number(), SOL_SOCKET, SO_SNDBUFFORCE, NativeMemory.ofInt(LARGEST), 4),
                "setsockopt",
                "SO_SNDBUFFORCE");
        return new NetlinkSender(fd);
    }

    /** One message of {@code size} bytes, 16 or more; gives back what was sent. */
    public byte[] send(int size) throws KernelException {
        byte[] bytes = new byte[size];
        noise.nextBytes(bytes);
        memory.clear().put(bytes);
        memory.putInt(0, size).putShort(4, NLMSG_NOOP).putShort(6, (short) 0);
        memory.flip().get(bytes);
        transmit(size);
        return bytes;
    }

    /** The same message again and again. */
    public void repeat(int size, int times) throws KernelException {
        send(size);
        for (int time = 1; time < times; time++) {
            transmit(size);
        }
    }

    private void transmit(int size) throws KernelException {
        memory.clear();
        LibC.checked(LibC.CALLS.send(fd.number(), memory, size, 0), "send", size + " bytes");
    }

    @Override
    public void close() {
        fd.close();
    }
}
