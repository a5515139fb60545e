// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.witness;

/**
 * One netlink datagram that a process was seen to send or to receive.
 *
 * @param pid thread group, in the PID namespace of the witness
 * @param comm of the program it ran then; empty when it began before the witness
 * @param protocol netlink protocol, {@code NETLINK_ROUTE} = 0 and so on
 * @param socket inode
 * @param groups of a received datagram, as the kernel tells its receiver: bit 0 for group 1, 0 for unicast
 * @param beganNanos of the call, since the epoch
 * @param endedNanos likewise
 * @param length of the datagram in bytes; more than there are {@code bytes} when the receiver's buffer was too small
 */
public record Witnessed(
        int pid,
        String comm,
        Way way,
        int protocol,
        long socket,
        long groups,
        long beganNanos,
        long endedNanos,
        long length,
        byte[] bytes) {

    /** Seen from the process. */
    public enum Way {
        SENT,
        RECEIVED
    }

    boolean isWhole() {
        return bytes.length == length;
    }

    @Override
    public String toString() {
        return "%s[%d] %s %d bytes of protocol %d, groups %x, socket %d at %d.%06d: %s"
                .formatted(
                        comm,
                        pid,
                        way,
                        length,
                        protocol,
                        groups,
                        socket,
                        beganNanos / 1_000_000_000,
                        beganNanos % 1_000_000_000 / 1000,
                        Datagrams.beginning(bytes));
    }
}
