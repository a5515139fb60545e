// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.evidence;

import java.util.List;

/**
 * Datagrams of a network namespace that are not in the capture though they may be of what is captured.
 *
 * @param ringDrops frames that the packet ring lost since the tap was opened
 * @param leftOut what was left out because nobody knew whose it was, by sockets, of those of which that was last
 */
public record CaptureLosses(long ringDrops, List<LeftOut> leftOut) {
    public static final CaptureLosses NONE = new CaptureLosses(0, List.of());

    /**
     * What a socket said and was told.
     *
     * @param protocol {@code NETLINK_ROUTE} = 0 and so on
     * @param portId unsigned 32 bits
     * @param datagrams since the tap was opened, or it was forgotten for want of room
     */
    public record LeftOut(int protocol, long portId, long datagrams) {}

    public CaptureLosses {
        leftOut = List.copyOf(leftOut);
    }
}
