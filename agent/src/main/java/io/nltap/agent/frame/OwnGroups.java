// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

/** Which groups of a network namespace this very process listens to, so that the kernel tells there what changes. */
@FunctionalInterface
public interface OwnGroups {

    OwnGroups NONE = (protocol, group, nanos) -> false;

    /**
     * Whether it was a member at a time. Asked for each notification, by any thread: makes no object.
     *
     * @param protocol netlink protocol, {@code NETLINK_ROUTE} = 0 and so on
     * @param group multicast group, from 1 on
     * @param nanos {@code CLOCK_MONOTONIC}
     */
    boolean include(int protocol, int group, long nanos);
}
