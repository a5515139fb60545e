// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.Captures;
import io.nltap.netlink.pcapng.CaptureReader;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Real datagrams with a few bytes changed or cut off, the same in each run: what a fuzzer would try first. */
class DamagedDatagramTest {
    private static final int ROUNDS = 300;

    @Test
    void everyDamagedDatagramIsReadToItsEnd() {
        Random random = new Random(7);
        int damaged = 0;
        for (CapturedPacket packet : packets()) {
            byte[] sound = new byte[packet.datagram().remaining()];
            packet.datagram().get(0, sound);
            for (int round = 0; round < ROUNDS; round++) {
                damaged += read(packet.protocol(), damage(sound, random), random.nextInt(4) * 100) ? 1 : 0;
            }
        }

        assertThat(damaged).as("datagrams that were no longer sound").isGreaterThan(10_000);
    }

    /** @return whether something was found to be wrong with it */
    private static boolean read(int protocol, byte[] bytes, int missing) {
        ByteBuffer datagram = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int original = bytes.length + missing;
        NetlinkReader reader = new NetlinkReader(datagram, original);
        int count = 0;
        while (reader.next()) {
            count++;
            if (count > bytes.length / NetlinkReader.HEADER
                    || !MessageLine.of(protocol, reader).contains(" seq ")) {
                throw new AssertionError("message %d of %d bytes".formatted(count, bytes.length));
            }
        }
        if (count != NetlinkReader.count(datagram, 0, bytes.length, original, ByteOrder.LITTLE_ENDIAN)) {
            throw new AssertionError("read %d messages and counted others".formatted(count));
        }
        return reader.problem().isPresent();
    }

    private static byte[] damage(byte[] sound, Random random) {
        byte[] bytes = new byte[random.nextInt(10) == 0 ? random.nextInt(sound.length + 1) : sound.length];
        System.arraycopy(sound, 0, bytes, 0, bytes.length);
        for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
            // mostly in the first header, where it hurts
            int at = random.nextInt(random.nextBoolean() ? Math.min(24, bytes.length) : bytes.length);
            bytes[at] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static List<CapturedPacket> packets() {
        List<CapturedPacket> packets = new ArrayList<>();
        for (String capture : Captures.names()) {
            CaptureReader reader = CaptureReader.of(Captures.read(capture));
            for (Optional<CapturedPacket> next = reader.next(); next.isPresent(); next = reader.next()) {
                packets.add(next.get());
            }
        }
        return packets;
    }
}
