// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.message;

import java.util.Optional;
import java.util.SortedSet;

/**
 * A kind of message that the kernel's headers have a name for.
 *
 * @param protocol netlink protocol, or {@link #ANY} for what is the same in all
 * @param type {@code nlmsg_type}
 * @param command {@code genlmsghdr.cmd} of generic netlink, or {@link #ANY} in other protocols
 */
public record MessageType(int protocol, int type, int command) {
    public static final int ANY = -1;

    /** @param name as in the kernel's headers, such as {@code RTM_NEWROUTE}; empty when nothing is called so */
    public static Optional<MessageType> named(String name) {
        return Optional.ofNullable(MessageTypes.BY_NAME.get(name));
    }

    /** Every name that {@link #named} knows. */
    public static SortedSet<String> names() {
        return MessageTypes.BY_NAME.navigableKeySet();
    }

    /** @param thatCommand the first byte of the payload, or {@link #ANY} when there is none or it was not captured */
    public boolean matches(int thatProtocol, int thatType, int thatCommand) {
        return type == thatType
                && (protocol == ANY || protocol == thatProtocol)
                && (command == ANY || thatCommand == ANY || command == thatCommand);
    }
}
