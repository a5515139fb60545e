// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.pcapng.Block;
import io.nltap.netlink.pcapng.EnhancedPacket;
import io.nltap.netlink.pcapng.InterfaceDescription;
import io.nltap.netlink.pcapng.PacketDirection;
import io.nltap.netlink.pcapng.PacketOptions;
import io.nltap.netlink.pcapng.SectionHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrowingCaptureTest {

    @TempDir
    private Path place;

    @Test
    void readsEachPacketOnceAsSoonAsItIsWhole() throws IOException {
        Path file = place.resolve("0.pcapng.part");
        List<String> seen = new ArrayList<>();
        try (GrowingCapture capture = new GrowingCapture(List.of(place.resolve("other"), file))) {
            assertThat(capture.read(packet -> seen.add("early"))).isFalse();

            append(file, bytes(new SectionHeader("", "", "test")), bytes(new InterfaceDescription("one", "", "")));
            append(file, packet(0, 1), packet(0, 2));
            capture.read(packet -> seen.add(packet.captureInterface().name() + packet.timestampNanos()));
            byte[] third = packet(0, 3);
            append(file, Arrays.copyOf(third, 20));
            capture.read(packet -> seen.add("half"));
            append(file, Arrays.copyOfRange(third, 20, third.length), bytes(new InterfaceDescription("two", "", "")));
            append(file, packet(1, 4));
            capture.read(packet -> seen.add(packet.captureInterface().name() + packet.timestampNanos()));
            append(file, packet(0, 5));
            capture.read(packet -> seen.add(packet.captureInterface().name() + packet.timestampNanos()));
        }
        assertThat(seen).containsExactly("one1", "one2", "one3", "two4", "one5");
    }

    private static void append(Path file, byte[]... blocks) throws IOException {
        for (byte[] block : blocks) {
            Files.write(file, block, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private static byte[] bytes(Block block) {
        ByteBuffer buffer = ByteBuffer.allocate(block.length()).order(ByteOrder.nativeOrder());
        block.putInto(buffer);
        return buffer.array();
    }

    private static byte[] packet(int on, long nanos) {
        ByteBuffer datagram = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder());
        datagram.putInt(20).putShort((short) 18).putShort((short) 1).flip().limit(20);
        PacketOptions options = PacketOptions.of(PacketDirection.OUTBOUND, new byte[0], ByteOrder.nativeOrder());
        int length = EnhancedPacket.length(20, options);
        ByteBuffer block = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
        EnhancedPacket.put(block, on, nanos, 4, 0, 20, datagram, 0, 20, options);
        return Arrays.copyOf(block.array(), block.position());
    }
}
