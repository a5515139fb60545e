// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.segment;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.nltap.agent.frame.ClosedSegment;
import io.nltap.agent.frame.Frame;
import io.nltap.netlink.pcapng.CaptureInterface;
import io.nltap.netlink.pcapng.CaptureReader;
import io.nltap.netlink.pcapng.CapturedPacket;
import io.nltap.netlink.pcapng.InterfaceDescription;
import io.nltap.netlink.pcapng.InterfaceStatistics;
import io.nltap.netlink.pcapng.PacketOptions;
import io.nltap.netlink.pcapng.SectionHeader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentWriterTest {
    private static final long T0 = 1_750_000_000_123_456_789L;
    private static final SectionHeader SECTION = new SectionHeader("x86_64", "Linux 6.1.0", "nltap test");
    private static final InterfaceDescription SHOP = new InterfaceDescription("shop/web-0", "pod web-0", "");
    private static final InterfaceDescription CART = new InterfaceDescription("shop/cart-1", "pod cart-1", "");

    @TempDir
    Path directory;

    private final TestClock clock = new TestClock();
    private final TestSpace space = new TestSpace(1L << 40);
    private final List<ClosedSegment> closed = new ArrayList<>();
    private final TestFrame frame = new TestFrame(1 << 20);

    @Test
    void keepsFramesOfTwoNamespacesApart() throws IOException {
        byte[] web;
        byte[] cart;
        try (SegmentWriter writer = writer(1 << 20)) {
            SegmentInterface first = writer.add(SHOP, () -> 0);
            SegmentInterface second = writer.add(CART, () -> 0);
            append(writer, first, frame.of(T0, 1, 20));
            web = frame.bytes();
            append(writer, second, frame.of(T0 + 1, 3, 36));
            cart = frame.bytes();
        }

        Contents contents = read(0);
        assertThat(contents.packets).extracting(CapturedPacket::timestampNanos).containsExactly(T0, T0 + 1);
        assertThat(contents.packets).extracting(CapturedPacket::protocol).containsOnly(15);
        assertThat(contents.packets)
                .extracting(packet -> packet.captureInterface().name())
                .containsExactly("shop/web-0", "shop/cart-1");
        assertThat(bytes(contents.packets.get(0))).isEqualTo(web);
        assertThat(bytes(contents.packets.get(1))).isEqualTo(cart);
        assertThat(closed).containsExactly(new ClosedSegment(0, 2, 4, Files.size(file(0)), T0, T0 + 1));
    }

    @Test
    void takesNamespacesInMidSegment() throws IOException {
        try (SegmentWriter writer = writer(1 << 20)) {
            append(writer, writer.add(SHOP, () -> 0), frame.of(T0, 1, 20));
            append(writer, writer.add(CART, () -> 0), frame.of(T0 + 1, 1, 20));
        }

        assertThat(read(0).packets)
                .extracting(packet -> packet.captureInterface().name())
                .containsExactly("shop/web-0", "shop/cart-1");
    }

    @Test
    void startsAnotherSegmentBeforeOneGetsTooLarge() throws IOException {
        int frames = 400;
        try (SegmentWriter writer = writer(1 << 20)) {
            SegmentInterface shop = writer.add(SHOP, () -> 0);
            for (int i = 0; i < frames; i++) {
                append(writer, shop, frame.of(T0 + i, 10, 1000));
            }
        }

        assertThat(closed)
                .hasSizeBetween(4, 5)
                .extracting(ClosedSegment::number)
                .startsWith(0, 1, 2, 3);
        assertThat(closed)
                .allSatisfy(each -> assertThat(Files.size(file(each.number())))
                        .isEqualTo(each.bytes())
                        .isLessThanOrEqualTo(1 << 20));
        assertThat(closed)
                .extracting(ClosedSegment::frames)
                .satisfies(counts -> assertThat(
                                counts.stream().mapToLong(Long::longValue).sum())
                        .isEqualTo(frames));
        assertThat(read(3).packets.get(0).captureInterface().name()).isEqualTo("shop/web-0");
        assertThat(space.used()).isEqualTo(bytesOnDisk());
    }

    @Test
    void describesARemovedNamespaceInTheOpenSegmentOnly() throws IOException {
        try (SegmentWriter writer = writer(1 << 20)) {
            SegmentInterface shop = writer.add(SHOP, () -> 0);
            SegmentInterface cart = writer.add(CART, () -> 0);
            append(writer, shop, frame.of(T0, 1, 20));
            writer.remove(shop);
            append(writer, cart, frame.of(T0, 1, 20));
            writer.rotate();
            append(writer, cart, frame.of(T0, 1, 20));
        }

        assertThat(read(0).interfaces).extracting(CaptureInterface::name).containsExactly("shop/web-0", "shop/cart-1");
        assertThat(read(1).interfaces).extracting(CaptureInterface::name).containsExactly("shop/cart-1");
    }

    @Test
    void closesASegmentWhenItsIntervalIsOverButNeverAnEmptyOne() throws IOException {
        try (SegmentWriter writer = writer(1 << 20)) {
            SegmentInterface shop = writer.add(SHOP, () -> 0);
            clock.advance(Duration.ofHours(1));
            writer.tick();
            assertThat(directory).isEmptyDirectory();

            append(writer, shop, frame.of(T0, 1, 20));
            clock.advance(Duration.ofSeconds(29));
            writer.tick();
            assertThat(closed).isEmpty();

            clock.advance(Duration.ofSeconds(1));
            writer.tick();
            assertThat(closed).hasSize(1);
        }
        assertThat(closed).hasSize(1);
    }

    @Test
    void aKilledAgentLosesNoMoreThanASecond() throws IOException {
        SegmentWriter writer = writer(1 << 20);
        append(writer, writer.add(SHOP, () -> 0), frame.of(T0, 1, 20));
        clock.advance(Duration.ofSeconds(1));

        writer.tick();

        assertThat(CaptureReader.of(ByteBuffer.wrap(Files.readAllBytes(directory.resolve("0.pcapng.part"))))
                        .next())
                .isPresent();
    }

    @Test
    void cutsLargeFramesAndTellsTheirTrueLength() throws IOException {
        try (SegmentWriter writer = writer(1 << 20)) {
            SegmentInterface shop = writer.add(SHOP, () -> 0);
            append(writer, shop, frame.of(T0, 1, 300_000).withOriginalLength(900_000));
        }

        CapturedPacket packet = read(0).packets.get(0);
        assertThat(packet.datagram().remaining()).isEqualTo(262_144 - 16);
        assertThat(packet.originalLength()).isEqualTo(900_000);
    }

    @Test
    void tellsInEachSegmentWhatWasDroppedInItsTime() throws IOException {
        AtomicLong dropped = new AtomicLong(1000); // before this session shared the tap
        long start = clock.nanos();
        try (SegmentWriter writer = writer(1 << 20)) {
            SegmentInterface shop = writer.add(SHOP, dropped::get);
            append(writer, shop, frame.of(T0, 1, 20));
            dropped.addAndGet(5);
            clock.advance(Duration.ofSeconds(2));
            writer.rotate();
            dropped.addAndGet(7);
            append(writer, shop, frame.of(T0, 1, 20));
            append(writer, shop, frame.of(T0, 1, 20));
        }

        InterfaceStatistics first = read(0).statistics.get(0);
        assertThat(first.systemDropped()).isEqualTo(OptionalLong.of(5));
        assertThat(first.delivered()).isEqualTo(OptionalLong.of(1));
        assertThat(first.received()).isEqualTo(OptionalLong.of(6));
        assertThat(first.start()).isEqualTo(OptionalLong.of(start));
        assertThat(first.end()).isEqualTo(OptionalLong.of(start + 2_000_000_000L));
        InterfaceStatistics second = read(1).statistics.get(0);
        assertThat(second.systemDropped()).isEqualTo(OptionalLong.of(7));
        assertThat(second.delivered()).isEqualTo(OptionalLong.of(2));
        assertThat(second.start()).isEqualTo(first.end());
    }

    @Test
    void asksARemovedNamespaceForItsDropsNoMore() throws IOException {
        List<Long> answers = new ArrayList<>(List.of(0L, 4L)); // at its beginning and at its end; then it is closed
        try (SegmentWriter writer = writer(1 << 20)) {
            SegmentInterface shop = writer.add(SHOP, () -> answers.remove(0));
            append(writer, shop, frame.of(T0, 1, 20));
            writer.remove(shop);
        }

        assertThat(read(0).statistics.get(0).systemDropped()).isEqualTo(OptionalLong.of(4));
    }

    @Test
    void aFullSpoolEndsTheSegmentWithAllThatFits() throws IOException {
        TestSpace small = new TestSpace(100_000);
        SegmentWriter writer = new SegmentWriter(plan(1 << 20), small, clock, Runnable::run, closed::add);
        SegmentInterface shop = writer.add(SHOP, () -> 0);
        int written = 0;
        for (int i = 0; i < 200; i++) {
            written += append(writer, shop, frame.of(T0 + i, 1, 1000)) ? 1 : 0;
        }
        writer.close();

        assertThat(writer.failure()).get().satisfies(failure -> {
            assertThat(failure.reason()).isEqualTo(SegmentFailure.Reason.SPOOL_FULL);
            assertThat(failure.message()).contains("0.pcapng.part").contains("more room");
        });
        assertThat(written).isBetween(90, 97);
        assertThat(writer.frames()).isEqualTo(written);
        assertThat(writer.lost()).isEqualTo(200 - written);
        assertThat(closed).hasSize(1);
        assertThat(read(0).packets).hasSize(written);
        assertThat(read(0).statistics.get(0).comment()).contains("spool full");
        assertThat(small.used()).isEqualTo(Files.size(file(0))).isLessThanOrEqualTo(100_000);
    }

    @Test
    void aSpoolWithoutAnyRoomLeavesNothing() throws IOException {
        SegmentWriter writer = new SegmentWriter(plan(1 << 20), new TestSpace(100), clock, Runnable::run, closed::add);

        boolean written = append(writer, writer.add(SHOP, () -> 0), frame.of(T0, 1, 20));

        writer.close();
        assertThat(written).isFalse();
        assertThat(writer.lost()).isEqualTo(1);
        assertThat(closed).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void saysWhichFileItCannotMake() throws IOException {
        Path gone = directory.resolve("gone");
        SegmentPlan plan = new SegmentPlan(gone, 0, 1 << 20, Duration.ofSeconds(30), SECTION);
        SegmentWriter writer = new SegmentWriter(plan, space, clock, Runnable::run, closed::add);

        append(writer, writer.add(SHOP, () -> 0), frame.of(T0, 1, 20));

        assertThat(writer.failure()).get().satisfies(failure -> {
            assertThat(failure.reason()).isEqualTo(SegmentFailure.Reason.DISK_ERROR);
            assertThat(failure.message()).startsWith("cannot create " + gone.resolve("0.pcapng.part"));
        });
        assertThat(writer.lost()).isEqualTo(1);
    }

    @Test
    void followsNoSymbolicLink() throws IOException {
        Path victim = Files.writeString(directory.resolve("victim"), "precious");
        Files.createSymbolicLink(directory.resolve("0.pcapng.part"), victim);
        SegmentWriter writer = writer(1 << 20);

        append(writer, writer.add(SHOP, () -> 0), frame.of(T0, 1, 20));
        writer.close();

        assertThat(victim).hasContent("precious");
        assertThat(writer.failure()).isPresent();
    }

    @Test
    void nobodyElseMayReadASegment() throws IOException {
        try (SegmentWriter writer = writer(1 << 20)) {
            append(writer, writer.add(SHOP, () -> 0), frame.of(T0, 1, 20));
        }

        assertThat(Files.getPosixFilePermissions(file(0))).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void anInterruptCutsNothing() throws IOException {
        SegmentWriter writer = writer(1 << 20);
        append(writer, writer.add(SHOP, () -> 0), frame.of(T0, 1, 20));

        Thread.currentThread().interrupt();
        writer.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(writer.failure()).isEmpty();
        assertThat(read(0).packets).hasSize(1);
    }

    @Test
    void countsWhatItWrote() throws IOException {
        try (SegmentWriter writer = writer(1 << 20)) {
            SegmentInterface shop = writer.add(SHOP, () -> 0);
            SegmentInterface cart = writer.add(CART, () -> 0);
            append(writer, shop, frame.of(T0, 2, 20));
            append(writer, shop, frame.of(T0, 1, 20));
            append(writer, cart, frame.of(T0, 5, 100));
            writer.close();

            assertThat(writer.frames()).isEqualTo(3);
            assertThat(writer.messages()).isEqualTo(8);
            assertThat(writer.bytes()).isEqualTo(Files.size(file(0)));
            assertThat(shop.frames()).isEqualTo(2);
            assertThat(shop.messages()).isEqualTo(3);
            assertThat(cart.messages()).isEqualTo(5);
            assertThat(writer.lost()).isZero();
        }
    }

    @Test
    void foretellsAtLeastWhatAFrameWillCost() throws IOException {
        long[] foretold = new long[50];
        try (SegmentWriter writer = writer(1 << 20)) {
            SegmentInterface shop = writer.add(SHOP, () -> 0);
            writer.add(CART, () -> 0);
            for (int i = 0; i < foretold.length; i++) {
                int captured = frame.of(T0, 1, 100_000).capturedLength();
                foretold[i] = writer.bytesWith(captured, PacketOptions.NONE);
                append(writer, shop, frame);
                assertThat(writer.bytes()).isLessThan(foretold[i]);
            }
        }

        assertThat(closed).hasSize(5);
        assertThat(foretold[49]).isBetween(bytesOnDisk(), bytesOnDisk() + 5 * 2 * 256);
    }

    @Test
    void makesNoObjectPerFrame() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int frames = 100_000;
        long allocated;
        try (SegmentWriter writer = writer(1 << 30)) {
            SegmentInterface shop = writer.add(SHOP, () -> 0);
            frame.of(T0, 2, 100);
            for (int i = 0; i < frames; i++) { // loads classes, and lets the compiler see the loop
                append(writer, shop, frame);
            }
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int i = 0; i < frames; i++) {
                append(writer, shop, frame);
            }
            allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        }

        assertThat(allocated)
                .as("bytes allocated; one object per frame is 1600000 at least")
                .isLessThan(400_000);
    }

    private SegmentWriter writer(long maxBytes) {
        return new SegmentWriter(plan(maxBytes), space, clock, Runnable::run, closed::add);
    }

    private SegmentPlan plan(long maxBytes) {
        return new SegmentPlan(directory, 0, maxBytes, Duration.ofSeconds(30), SECTION);
    }

    private Path file(int number) {
        return directory.resolve(number + ".pcapng");
    }

    private long bytesOnDisk() throws IOException {
        long bytes = 0;
        try (var files = Files.list(directory)) {
            for (Path each : files.toList()) {
                bytes += Files.size(each);
            }
        }
        return bytes;
    }

    private static byte[] bytes(CapturedPacket packet) {
        byte[] bytes = new byte[packet.datagram().remaining()];
        packet.datagram().get(0, bytes);
        return bytes;
    }

    private record Contents(
            List<CapturedPacket> packets, List<CaptureInterface> interfaces, List<InterfaceStatistics> statistics) {}

    private Contents read(int number) throws IOException {
        CaptureReader reader = CaptureReader.of(ByteBuffer.wrap(Files.readAllBytes(file(number))));
        List<CapturedPacket> packets = new ArrayList<>();
        for (Optional<CapturedPacket> next = reader.next(); next.isPresent(); next = reader.next()) {
            packets.add(next.get());
        }
        assertThat(reader.problems()).isEmpty();
        return new Contents(packets, reader.interfaces(), reader.statistics());
    }

    private static final class TestClock extends Clock {
        private Instant now = Instant.ofEpochSecond(1_750_000_000L);

        void advance(Duration by) {
            now = now.plus(by);
        }

        long nanos() {
            return now.getEpochSecond() * 1_000_000_000L + now.getNano();
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private static boolean append(SegmentWriter writer, SegmentInterface to, Frame frame) {
        return writer.append(to, frame, PacketOptions.NONE);
    }
}
