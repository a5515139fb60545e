// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.spool;

import io.nltap.agent.frame.ClosedSegment;
import io.nltap.agent.frame.Frame;
import io.nltap.agent.segment.SegmentInterface;
import io.nltap.agent.segment.SegmentPlan;
import io.nltap.agent.segment.SegmentWriter;
import io.nltap.agent.segment.TestFrame;
import io.nltap.netlink.pcapng.InterfaceDescription;
import io.nltap.netlink.pcapng.PacketOptions;
import io.nltap.netlink.pcapng.SectionHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Real segments in a spool. */
final class SegmentFiles {
    static final long T0 = 1_750_000_000_000_000_000L;

    private SegmentFiles() {}

    /** One closed segment: frames of two messages of 48 bytes, a nanosecond apart. */
    static ClosedSegment write(SpoolSession session, int number, int frames) {
        List<ClosedSegment> closed = new ArrayList<>();
        SegmentPlan plan = new SegmentPlan(
                session.directory(), number, 1 << 30, Duration.ofHours(1), new SectionHeader("", "", "nltap test"));
        try (SegmentWriter writer = new SegmentWriter(plan, session, Clock.systemUTC(), Runnable::run, closed::add)) {
            SegmentInterface shop = writer.add(new InterfaceDescription("shop/web-0", "", ""), () -> 0);
            TestFrame frame = new TestFrame(4096);
            for (int i = 0; i < frames; i++) {
                append(writer, shop, frame.of(T0 + i, 2, 48));
            }
        }
        return closed.get(0);
    }

    static List<String> names(SpoolSession session) throws IOException {
        try (var files = Files.list(session.directory())) {
            return files.map(Path::getFileName).map(Path::toString).toList();
        }
    }

    private static boolean append(SegmentWriter writer, SegmentInterface to, Frame frame) {
        return writer.append(to, frame, PacketOptions.NONE);
    }
}
