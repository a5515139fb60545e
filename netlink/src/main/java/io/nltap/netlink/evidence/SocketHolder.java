// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.evidence;

/**
 * A descriptor of a netlink socket, from {@code /proc/PID/fd}.
 *
 * @param inode of the socket
 * @param pid in the first PID namespace
 * @param fd number in that process
 */
public record SocketHolder(long inode, int pid, int fd) {}
