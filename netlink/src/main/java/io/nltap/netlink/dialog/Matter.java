// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.dialog;

import java.util.OptionalLong;

/**
 * What a request, a hang or a change is about.
 *
 * @param protocol such as {@code ROUTE}; empty when no message was seen
 * @param type such as {@code RTM_GETLINK}; empty when no message was seen
 * @param seq {@code nlmsg_seq}, unsigned
 */
public record Matter(String protocol, String type, OptionalLong seq) {
    public static final Matter NONE = new Matter("", "", OptionalLong.empty());

    /** Such as {@code ROUTE RTM_GETLINK seq 17}. */
    @Override
    public String toString() {
        if (type.isEmpty()) {
            return protocol.isEmpty() ? "no message" : protocol;
        }
        return protocol + " " + type + (seq.isPresent() ? " seq " + seq.getAsLong() : "");
    }
}
