// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.List;

/**
 * An attribute: {@code struct nlattr} of {@code linux/netlink.h} and what follows it.
 *
 * @param name in the kernel's headers, such as {@code RTA_DST}; one without a name is called {@code attribute 77}, and an
 *     item of a list by its number
 * @param number {@code nla_type} without {@code NLA_F_NESTED} and {@code NLA_F_NET_BYTEORDER}; {@value #NONE} for bytes
 *     that stand where an attribute should and are none
 * @param offset of its {@code nlattr}, from the first byte of the message's {@code nlmsghdr}
 * @param length of it all, {@code nlattr} included, padding not
 */
public record Attribute(String name, int number, int offset, int length, Value value) implements Attributes {
    /** Of bytes that are no attribute. */
    public static final int NONE = -1;

    /** What it is made of; empty for those that hold no attributes. */
    @Override
    public List<Attribute> attributes() {
        return value instanceof Attributes nested ? nested.attributes() : List.of();
    }
}
