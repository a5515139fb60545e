// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

import java.util.List;

/**
 * Who hears the notifications of one network namespace. Used by the thread that drains its tap, for each notification:
 * makes no object, and never waits.
 */
@FunctionalInterface
public interface Listeners {

    /** For namespaces of which nothing is known. */
    Listeners NONE = (protocol, group) -> List.of();

    /**
     * The processes that are known to have a socket which is a member of the group; the same list until that changes. One
     * that joined a moment ago may be missing.
     *
     * @param protocol netlink protocol, {@code NETLINK_ROUTE} = 0 and so on
     * @param group multicast group, from 1 on
     */
    List<Author.Process> of(int protocol, int group);

    /**
     * How many sockets of nltap's, of whichever of its processes, are members of the group: for each of them there is one copy
     * of a notification that is nobody else's. May be a second old.
     */
    default int ownSockets(int protocol, int group) {
        return 0;
    }
}
