// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.dialog;

import io.nltap.netlink.author.PacketAuthor;
import io.nltap.netlink.author.Party;
import io.nltap.netlink.dialog.Sender.Way;
import io.nltap.netlink.pcapng.CapturedPacket;
import io.nltap.netlink.pcapng.PacketDirection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What a file tells of whose a packet is and where it goes. A file has few comments, each on many packets. */
final class Senders {
    private static final int REMEMBERED = 4096;

    // linux/if_packet.h
    private static final int PACKET_USER = 6;
    private static final int PACKET_KERNEL = 7;

    private static final Sender TO_KERNEL = new Sender(Party.UNKNOWN, true, Way.TO_KERNEL, 0, 0);
    private static final Sender TO_PROCESS = new Sender(Party.UNKNOWN, true, Way.TO_PROCESS, 0, 0);
    private static final Sender UNKNOWN = new Sender(Party.UNKNOWN, true, Way.UNKNOWN, 0, 0);

    private final Map<String, Sender> byComment = new HashMap<>();

    Sender of(CapturedPacket packet) {
        String comment = packet.comment();
        if (!comment.isEmpty()) {
            Sender known = byComment.get(comment);
            if (known != null) {
                return known;
            }
            Optional<Sender> parsed = PacketAuthor.parse(comment).map(Sender::of);
            if (parsed.isPresent()) {
                if (byComment.size() >= REMEMBERED) {
                    byComment.clear();
                }
                byComment.put(comment, parsed.get());
                return parsed.get();
            }
        }
        if (packet.direction() == PacketDirection.OUTBOUND || packet.packetType() == PACKET_KERNEL) {
            return TO_KERNEL;
        }
        return packet.direction() == PacketDirection.INBOUND || packet.packetType() == PACKET_USER
                ? TO_PROCESS
                : UNKNOWN;
    }
}
