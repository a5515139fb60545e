// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.segment;

import io.nltap.agent.frame.ClosedSegment;
import io.nltap.agent.frame.Frame;
import io.nltap.netlink.pcapng.InterfaceDescription;
import io.nltap.netlink.pcapng.PacketOptions;
import io.nltap.netlink.pcapng.SectionHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Writes frames until the disk takes no more, in a process of its own: a file size limit and a small file system must not
 * hit the tests around it. Arguments: directory to write to, directory for the outcome.
 */
final class FullDiskProbe {
    static final int FRAMES = 6000; // about 6 MB

    private FullDiskProbe() {}

    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        List<ClosedSegment> closed = new ArrayList<>();
        SegmentPlan plan =
                new SegmentPlan(directory, 0, 1 << 30, Duration.ofHours(1), new SectionHeader("", "", "nltap test"));
        SegmentWriter writer =
                new SegmentWriter(plan, new TestSpace(Long.MAX_VALUE), Clock.systemUTC(), Runnable::run, closed::add);
        SegmentInterface shop = writer.add(new InterfaceDescription("shop/web-0", "", ""), () -> 0);
        TestFrame frame = new TestFrame(4096);
        for (int i = 0; i < FRAMES; i++) {
            append(writer, shop, frame.of(i, 2, 500));
        }
        writer.close();

        Properties outcome = new Properties();
        outcome.setProperty("frames", Long.toString(writer.frames()));
        outcome.setProperty("messages", Long.toString(writer.messages()));
        outcome.setProperty("lost", Long.toString(writer.lost()));
        outcome.setProperty(
                "reason", writer.failure().map(each -> each.reason().name()).orElse(""));
        outcome.setProperty(
                "message", writer.failure().map(SegmentFailure::message).orElse(""));
        outcome.setProperty("closed", closed.toString());
        Path result = Path.of(args[1]);
        try (var out = Files.newOutputStream(result.resolve("outcome.properties"));
                var files = Files.list(directory)) {
            outcome.store(out, null);
            for (Path file : files.toList()) {
                Files.copy(file, result.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static boolean append(SegmentWriter writer, SegmentInterface to, Frame frame) {
        return writer.append(to, frame, PacketOptions.NONE);
    }
}
