// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.dialog;

import io.nltap.netlink.author.PacketAuthor;
import io.nltap.netlink.author.Party;

/**
 * Whose a packet is, made once for each comment.
 *
 * @param port of the socket that sent it, as the kernel told; 0 where it did not
 */
record Sender(Party party, boolean isSure, Way way, int group, long port) {

    /** Where a datagram goes. */
    enum Way {
        TO_KERNEL,
        TO_PROCESS,
        TO_GROUP,
        UNKNOWN
    }

    static Sender of(PacketAuthor author) {
        Way way = switch (author.role()) {
            case "sent" -> Way.TO_KERNEL;
            case "received" -> Way.TO_PROCESS;
            case "notified" -> Way.TO_GROUP;
            default -> Way.UNKNOWN;
        };
        return new Sender(
                Party.of(author), !author.confidence().equals("Correlated"), way, author.group(), author.port());
    }
}
