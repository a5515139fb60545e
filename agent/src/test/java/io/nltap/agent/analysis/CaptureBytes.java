// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.analysis;

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
import java.util.Arrays;

/** Capture files, block by block. */
final class CaptureBytes {
    private CaptureBytes() {}

    static void append(Path file, byte[]... blocks) throws IOException {
        for (byte[] block : blocks) {
            Files.write(file, block, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    /** A whole file, with a request at each of these times. */
    static void write(Path file, long... nanos) throws IOException {
        append(file, bytes(new SectionHeader("", "", "test")), bytes(new InterfaceDescription("shop/web-0", "", "")));
        for (long time : nanos) {
            append(file, packet(0, time));
        }
    }

    static byte[] bytes(Block block) {
        ByteBuffer buffer = ByteBuffer.allocate(block.length()).order(ByteOrder.nativeOrder());
        block.putInto(buffer);
        return buffer.array();
    }

    /** A request RTM_GETLINK, from nobody known. */
    static byte[] packet(int on, long nanos) {
        ByteBuffer datagram = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder());
        datagram.putInt(20).putShort((short) 18).putShort((short) 1).flip().limit(20);
        PacketOptions options = PacketOptions.of(PacketDirection.OUTBOUND, new byte[0], ByteOrder.nativeOrder());
        int length = EnhancedPacket.length(20, options);
        ByteBuffer block = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
        EnhancedPacket.put(block, on, nanos, 4, 0, 20, datagram, 0, 20, options);
        return Arrays.copyOf(block.array(), block.position());
    }
}
