// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

/**
 * Sends the kernel a message that it ignores but acknowledges, to see how both pass a tap. Belongs to the namespace of the
 * thread that opened it.
 */
public final class NetlinkEcho implements AutoCloseable {

    // linux/netlink.h
    private static final int NLMSG_NOOP = 1;

    private final RouteSocket socket;

    private NetlinkEcho(RouteSocket socket) {
        this.socket = socket;
    }

    public static NetlinkEcho open() throws KernelException {
        return new NetlinkEcho(RouteSocket.open());
    }

    /**
     * Sends one message and waits for its acknowledgement. Neither waits for locks.
     *
     * @return the port id it was sent from, an unsigned number
     */
    public long exchange() throws KernelException {
        socket.request(new NetlinkRequest("NLMSG_NOOP", "", NLMSG_NOOP, NetlinkRequest.NLM_F_ACK));
        return socket.portId();
    }

    @Override
    public void close() {
        socket.close();
    }
}
