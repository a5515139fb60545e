// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import io.nltap.netlink.author.PacketAuthor;
import io.nltap.netlink.message.NetlinkReader;
import io.nltap.netlink.pcapng.CaptureInterface;
import io.nltap.netlink.pcapng.CaptureReader;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one stored file holds.
 *
 * @param interfaces their names
 * @param types {@code nlmsg_type} of each message, in order
 * @param authors of the frames, as their comments say it
 */
record CapturedFile(List<String> interfaces, int frames, List<Integer> types, List<PacketAuthor> authors) {

    static CapturedFile of(byte[] pcapng) {
        CaptureReader reader = CaptureReader.of(ByteBuffer.wrap(pcapng));
        int frames = 0;
        List<Integer> types = new ArrayList<>();
        List<PacketAuthor> authors = new ArrayList<>();
        for (Optional<CapturedPacket> next = reader.next(); next.isPresent(); next = reader.next()) {
            frames++;
            PacketAuthor.parse(next.get().comment()).ifPresent(authors::add);
            NetlinkReader messages =
                    new NetlinkReader(next.get().datagram(), next.get().originalLength());
            while (messages.next()) {
                types.add(messages.type());
            }
        }
        return new CapturedFile(
                reader.interfaces().stream().map(CaptureInterface::name).toList(), frames, types, authors);
    }
}
