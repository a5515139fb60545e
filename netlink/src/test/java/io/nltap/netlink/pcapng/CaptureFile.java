// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Files put together by hand. */
final class CaptureFile {
    private final ByteBuffer bytes;

    CaptureFile(ByteOrder order) {
        bytes = ByteBuffer.allocate(1 << 20).order(order);
    }

    CaptureFile block(Block block) {
        block.putInto(bytes);
        return this;
    }

    CaptureFile section() {
        return block(new SectionHeader("", "", ""));
    }

    CaptureFile netlinkInterface(String name) {
        return block(new InterfaceDescription(name, "", ""));
    }

    /** A block of any type, its body padded already. */
    CaptureFile raw(int type, Consumer<ByteBuffer> body) {
        int start = bytes.position();
        bytes.putInt(type).putInt(0);
        body.accept(bytes);
        int length = bytes.position() - start + 4;
        bytes.putInt(length).putInt(start + 4, length);
        return this;
    }

    CaptureFile packet(int interfaceId, long time, byte... datagram) {
        EnhancedPacket.put(
                bytes,
                interfaceId,
                time,
                4,
                0,
                datagram.length,
                ByteBuffer.wrap(datagram),
                0,
                datagram.length,
                PacketOptions.NONE);
        return this;
    }

    CaptureFile put(Consumer<ByteBuffer> anything) {
        anything.accept(bytes);
        return this;
    }

    ByteBuffer bytes() {
        return bytes.duplicate().flip();
    }

    CaptureReader read() {
        return CaptureReader.of(bytes());
    }

    static List<CapturedPacket> packets(CaptureReader reader) {
        List<CapturedPacket> packets = new ArrayList<>();
        for (Optional<CapturedPacket> next = reader.next(); next.isPresent(); next = reader.next()) {
            packets.add(next.get());
        }
        return packets;
    }
}
