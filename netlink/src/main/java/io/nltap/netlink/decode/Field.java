// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

/**
 * A field of a fixed header or of another structure of C.
 *
 * @param name in the kernel's headers, such as {@code rtm_dst_len}
 * @param offset of its first byte, from the first byte of the message's {@code nlmsghdr}
 * @param length in bytes
 */
public record Field(String name, int offset, int length, Value value) {}
