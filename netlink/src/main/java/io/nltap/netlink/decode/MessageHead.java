// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.List;
import java.util.Optional;

/**
 * {@code struct nlmsghdr} of {@code linux/netlink.h}, with names.
 *
 * @param protocol {@code NETLINK_*}
 * @param protocolName such as {@code ROUTE}
 * @param type {@code nlmsg_type}
 * @param name of the type; in generic netlink of the command
 * @param family of generic netlink, if it is known; of netfilter the subsystem
 * @param flags {@code nlmsg_flags}
 * @param flagNames as the kind of message has them
 * @param seq {@code nlmsg_seq}, unsigned
 * @param portId {@code nlmsg_pid}, unsigned
 * @param length {@code nlmsg_len}
 */
public record MessageHead(
        int protocol,
        String protocolName,
        int type,
        String name,
        Optional<String> family,
        int flags,
        List<String> flagNames,
        long seq,
        long portId,
        long length) {
    private static final int REQUEST = 1;

    public MessageHead {
        flagNames = List.copyOf(flagNames);
    }

    /** {@code NLM_F_REQUEST}. */
    public boolean isRequest() {
        return (flags & REQUEST) != 0;
    }
}
