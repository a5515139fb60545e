// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.spool;

import io.nltap.agent.frame.ClosedSegment;
import io.nltap.netlink.message.NetlinkReader;
import io.nltap.netlink.pcapng.CaptureInterface;
import io.nltap.netlink.pcapng.CaptureReader;
import io.nltap.netlink.pcapng.CapturedPacket;
import io.nltap.netlink.pcapng.InterfaceStatistics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * What a pcapng file of ours holds, by reading it.
 *
 * @param wholeLength up to there it consists of whole blocks
 * @param withoutStatistics interfaces whose statistics it lacks
 */
record SegmentScan(
        long frames,
        long messages,
        long firstTimeNanos,
        long lastTimeNanos,
        long wholeLength,
        List<CaptureInterface> withoutStatistics) {

    static SegmentScan of(Path file) throws IOException {
        try (FileChannel channel = SpoolFiles.open(file, StandardOpenOption.READ)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new IOException(file + " is larger than any segment: " + channel.size() + " bytes");
            }
            return of(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
        } catch (InternalError e) { // how Java tells that the disk did not give a page of a mapped file
            throw new IOException("cannot read " + file, e);
        }
    }

    private static SegmentScan of(ByteBuffer file) {
        CaptureReader reader = CaptureReader.of(file);
        long frames = 0;
        long messages = 0;
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (Optional<CapturedPacket> next = reader.next(); next.isPresent(); next = reader.next()) {
            CapturedPacket packet = next.get();
            ByteBuffer datagram = packet.datagram();
            frames++;
            messages +=
                    NetlinkReader.count(datagram, 0, datagram.limit(), (int) packet.originalLength(), datagram.order());
            first = Math.min(first, packet.timestampNanos());
            last = Math.max(last, packet.timestampNanos());
        }
        List<Integer> known = reader.statistics().stream()
                .map(InterfaceStatistics::interfaceId)
                .toList();
        return new SegmentScan(
                frames,
                messages,
                first,
                last,
                reader.wholeLength(),
                reader.interfaces().stream()
                        .filter(each -> !known.contains(each.index()))
                        .toList());
    }

    ClosedSegment asClosed(int number, long bytes) {
        return new ClosedSegment(number, frames, messages, bytes, firstTimeNanos, lastTimeNanos);
    }
}
