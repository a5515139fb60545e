// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.evidence;

import java.util.OptionalLong;

/**
 * One line of {@code /proc/net/netlink} ({@code netlink_native_seq_show} of {@code net/netlink/af_netlink.c}):
 *
 * <pre>
 *   sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
 * </pre>
 *
 * <p>The row of port id 0 is the kernel's own socket of the protocol. Each request of the namespace whose handler has not
 * returned adds 1 to its locks, which are 2 otherwise, and the request's size in memory to its rmem, which is 0 otherwise.
 *
 * @param protocol {@code NETLINK_ROUTE} = 0 and so on
 * @param portId 0 is the kernel; unsigned 32 bits
 * @param groups the first 32 multicast groups that it listens to, group 1 in bit 0
 * @param receiveBytes what waits to be received, in bytes of kernel memory
 * @param receiveLimit at how many of these bytes messages are dropped; only where the kernel was asked for it
 * @param sendBytes what is being sent, in bytes of kernel memory
 * @param isDumping whether a dump is under way
 * @param references 2 for a socket at rest; a dump holds one more
 * @param drops messages that were lost because it was full, since it was opened
 * @param inode of the socket; 0 for kernel sockets
 */
public record SocketRow(
        int protocol,
        long portId,
        long groups,
        long receiveBytes,
        OptionalLong receiveLimit,
        long sendBytes,
        boolean isDumping,
        int references,
        long drops,
        long inode) {

    public boolean isKernel() {
        return portId == 0;
    }
}
