// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import io.nltap.agent.frame.DiskSpace;
import io.nltap.agent.frame.SourceLostException;
import io.nltap.agent.linux.Poller;
import io.nltap.agent.ring.PacketRing;
import io.nltap.agent.ring.RingBudget;
import io.nltap.agent.segment.SegmentInterface;
import io.nltap.agent.segment.SegmentPlan;
import io.nltap.agent.segment.SegmentWriter;
import io.nltap.netlink.pcapng.InterfaceDescription;
import io.nltap.netlink.pcapng.PacketOptions;
import io.nltap.netlink.pcapng.SectionHeader;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Our packet ring and our files, without asking whose a frame is. Arguments: device, directory. */
public final class RingAlone {

    private static final DiskSpace ENDLESS = new DiskSpace() {
        @Override
        public boolean reserve(long bytes) {
            return true;
        }

        @Override
        public void release(long bytes) {
            // nobody counts
        }
    };

    private static volatile boolean ending;

    private RingAlone() {}

    public static void main(String[] arguments) throws Exception {
        String device = arguments[0];
        CountDownLatch ended = new CountDownLatch(1);
        long bytes = (long) Contender.BUFFER_MEBIBYTES << 20;
        SegmentPlan plan = new SegmentPlan(
                Path.of(arguments[1]), 0, Long.MAX_VALUE / 2, Duration.ofDays(1), new SectionHeader("", "", "bench"));
        try (PacketRing ring = PacketRing.open(
                        device,
                        LibC.checked(LibC.CALLS.if_nametoindex(device), device),
                        new RingBudget(bytes).reserve(bytes),
                        PacketRing.PATIENT);
                Poller poller = Poller.open();
                SegmentWriter writer =
                        new SegmentWriter(plan, ENDLESS, Clock.systemUTC(), Runnable::run, segment -> {})) {
            SegmentInterface to = writer.add(new InterfaceDescription(device, "", ""), ring::dropped);
            poller.add(ring.fd());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(poller, ended), "end"));
            System.out.println("ready");
            drain(ring, poller, writer, to);
            System.out.printf("received %d dropped %d%n", writer.frames(), ring.dropped());
        }
        ended.countDown();
    }

    private static void drain(PacketRing ring, Poller poller, SegmentWriter writer, SegmentInterface to)
            throws Exception {
        try {
            while (!ending) {
                poller.await(Duration.ofSeconds(1));
                ring.drain(frame -> writer.append(to, frame, PacketOptions.NONE));
                writer.tick();
            }
            ring.drainLast(frame -> writer.append(to, frame, PacketOptions.NONE));
        } catch (SourceLostException e) {
            System.out.println(e.getMessage());
        }
    }

    private static void end(Poller poller, CountDownLatch ended) {
        ending = true;
        poller.wake();
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
