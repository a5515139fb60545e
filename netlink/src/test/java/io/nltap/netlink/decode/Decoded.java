// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import io.nltap.netlink.Captures;
import io.nltap.netlink.message.NetlinkReader;
import io.nltap.netlink.pcapng.CaptureReader;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Messages of the real captures. */
final class Decoded {
    private Decoded() {}

    /** All of one capture, by a decoder of its own. */
    static List<DecodedMessage> capture(String name) {
        Decoder decoder = new Decoder(Tables.builtIn());
        List<DecodedMessage> messages = new ArrayList<>();
        CaptureReader reader = CaptureReader.of(Captures.read(name));
        for (Optional<CapturedPacket> next = reader.next(); next.isPresent(); next = reader.next()) {
            CapturedPacket packet = next.get();
            NetlinkReader message = new NetlinkReader(packet.datagram(), packet.originalLength());
            while (message.next()) {
                messages.add(decoder.decode(packet.protocol(), message));
            }
        }
        return messages;
    }

    /** The first of that name. */
    static DecodedMessage first(String capture, String name) {
        return capture(capture).stream()
                .filter(message -> message.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
