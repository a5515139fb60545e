// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

/**
 * Which way a datagram went. Packet sockets on nlmon are not told: the kernel overwrites the packet type with "outgoing"
 * before they see it; only a tc program on the device can tell.
 */
public enum Direction {
    /** {@code PACKET_KERNEL} of linux/if_packet.h: to a socket of the kernel. */
    TO_KERNEL,
    /** {@code PACKET_USER} of linux/if_packet.h: to a socket of a process, from the kernel or from another process. */
    TO_USER,
    UNKNOWN
}
