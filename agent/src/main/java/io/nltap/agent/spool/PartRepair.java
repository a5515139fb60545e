// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.spool;

import io.nltap.agent.frame.ClosedSegment;
import io.nltap.netlink.pcapng.CaptureInterface;
import io.nltap.netlink.pcapng.InterfaceStatistics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** Makes a whole segment of what an agent was writing when it was killed. */
final class PartRepair {
    private static final String COMMENT =
            "the agent was killed while it wrote this file: the last frames may be missing, drops are not known";

    private PartRepair() {}

    /**
     * Cuts the file after its last whole block, puts statistics there that say that nothing is known, and gives the file
     * its final name.
     *
     * @return empty when no frame was in it; then the file is gone
     */
    static Optional<ClosedSegment> repair(Path part, Path whole, int number, long nowNanos) throws IOException {
        SegmentScan scan = SegmentScan.of(part);
        if (scan.frames() == 0) {
            Files.delete(part);
            return Optional.empty();
        }
        long length;
        try (FileChannel channel = SpoolFiles.open(part, StandardOpenOption.WRITE)) {
            channel.truncate(scan.wholeLength());
            length = append(channel, scan.wholeLength(), statistics(scan.withoutStatistics(), nowNanos));
            channel.force(true);
        }
        SpoolFiles.rename(part, whole);
        return Optional.of(scan.asClosed(number, length));
    }

    private static ByteBuffer statistics(List<CaptureInterface> interfaces, long nowNanos) {
        List<InterfaceStatistics> blocks = interfaces.stream()
                .map(each -> InterfaceStatistics.unknown(each.index(), nowNanos, COMMENT))
                .toList();
        int length = blocks.stream().mapToInt(InterfaceStatistics::length).sum();
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
        blocks.forEach(block -> block.putInto(bytes));
        return bytes.flip();
    }

    /** @return length of the file; without the statistics when the disk is too full for them */
    private static long append(FileChannel channel, long at, ByteBuffer statistics) throws IOException {
        try {
            channel.position(at);
            while (statistics.hasRemaining()) {
                channel.write(statistics);
            }
            return channel.position();
        } catch (IOException e) {
            channel.truncate(at);
            return at;
        }
    }
}
