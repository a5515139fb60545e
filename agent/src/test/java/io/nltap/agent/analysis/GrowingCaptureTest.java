// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.pcapng.CapturedPacket;
import io.nltap.netlink.pcapng.InterfaceDescription;
import io.nltap.netlink.pcapng.SectionHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrowingCaptureTest {

    /** Smaller than what is read. */
    private static final ByteBuffer BUFFER = ByteBuffer.allocate(64);

    @TempDir
    private Path place;

    @Test
    void readsEachPacketOnceAsSoonAsItIsWhole() throws IOException {
        Path file = place.resolve("0.pcapng.part");
        List<String> seen = new ArrayList<>();
        try (GrowingCapture capture = new GrowingCapture(List.of(place.resolve("other"), file))) {
            assertThat(capture.read(BUFFER, packet -> seen.add("early"))).isFalse();

            CaptureBytes.append(
                    file,
                    CaptureBytes.bytes(new SectionHeader("", "", "test")),
                    CaptureBytes.bytes(new InterfaceDescription("one", "", "")));
            CaptureBytes.append(file, CaptureBytes.packet(0, 1), CaptureBytes.packet(0, 2));
            readAll(capture, packet -> seen.add(packet.captureInterface().name() + packet.timestampNanos()));
            byte[] third = CaptureBytes.packet(0, 3);
            CaptureBytes.append(file, Arrays.copyOf(third, 20));
            readAll(capture, packet -> seen.add("half"));
            CaptureBytes.append(
                    file,
                    Arrays.copyOfRange(third, 20, third.length),
                    CaptureBytes.bytes(new InterfaceDescription("two", "", "")));
            CaptureBytes.append(file, CaptureBytes.packet(1, 4));
            readAll(capture, packet -> seen.add(packet.captureInterface().name() + packet.timestampNanos()));
            CaptureBytes.append(file, CaptureBytes.packet(0, 5));
            readAll(capture, packet -> seen.add(packet.captureInterface().name() + packet.timestampNanos()));
        }
        assertThat(seen).containsExactly("one1", "one2", "one3", "two4", "one5");
    }

    private static void readAll(GrowingCapture capture, Consumer<CapturedPacket> packets) throws IOException {
        boolean more = true;
        while (more) {
            more = capture.read(BUFFER, packets);
        }
    }
}
