// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.Captures;
import io.nltap.netlink.pcapng.CaptureReader;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An analysis of a file of any size takes no more memory than one of some 100,000 messages. */
class AnalysisMemoryTest {

    /** Whose tables are full by then. */
    private static final int FILLING = 600;

    private static final int ROUNDS = 1500;

    /** What a table that grows by an entry of 100 bytes for each tenth message would take. */
    private static final long MORE = 5 << 20;

    private static final long SECOND = 1_000_000_000L;
    private static final int FLAGS = 6;
    private static final int SEQ = 8;
    private static final int PORT = 12;

    /** By the command that was captured. */
    private final List<List<CapturedPacket>> commands =
            Captures.names().stream().map(AnalysisMemoryTest::packets).toList();

    private final Analysis analysis = new Analysis(Settings.USUAL, change -> {});

    @Test
    void doesNotGrowWithTheFile() {
        play(0, FILLING);
        long filled = usedBytes();

        play(FILLING, ROUNDS);

        assertThat(usedBytes() - filled).isLessThan(MORE);
        assertThat(analysis.summary().totals().messages()).isGreaterThan(500_000);
    }

    /** The same commands again and again, each time a second later and by other processes. */
    private void play(int from, int to) {
        for (int round = from; round < to; round++) {
            long time = round * SECOND;
            for (int command = 0; command < commands.size(); command++) {
                int pid = 1000 + round * commands.size() + command;
                for (CapturedPacket packet : commands.get(command)) {
                    time += 10_000;
                    analysis.accept(shifted(packet, time, pid));
                }
            }
        }
    }

    private static CapturedPacket shifted(CapturedPacket packet, long time, int pid) {
        ByteBuffer datagram = packet.datagram();
        ByteBuffer copy = ByteBuffer.allocate(datagram.remaining())
                .put(0, datagram, datagram.position(), datagram.remaining())
                .order(datagram.order());
        boolean isRequest = false;
        if (copy.capacity() >= 16) {
            isRequest = (copy.getShort(FLAGS) & 1) != 0;
            copy.putInt(SEQ, copy.getInt(SEQ) + pid);
            copy.putInt(PORT, isRequest ? 0 : pid);
        }
        return new CapturedPacket(
                packet.captureInterface(),
                time,
                packet.packetType(),
                packet.protocol(),
                packet.originalLength(),
                copy,
                packet.direction(),
                "pod=- container=- pid=%d comm=ip confidence=Exact role=%s"
                        .formatted(pid, isRequest ? "sent" : "received"));
    }

    private static List<CapturedPacket> packets(String capture) {
        List<CapturedPacket> packets = new ArrayList<>();
        CaptureReader reader = CaptureReader.of(Captures.read(capture));
        for (Optional<CapturedPacket> next = reader.next(); next.isPresent(); next = reader.next()) {
            packets.add(next.get());
        }
        return packets;
    }

    private static long usedBytes() {
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
