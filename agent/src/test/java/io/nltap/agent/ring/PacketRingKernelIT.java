// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.frame.Frame;
import io.nltap.agent.frame.FrameSink;
import io.nltap.agent.frame.Reason;
import io.nltap.agent.frame.SeenFrame;
import io.nltap.agent.frame.SourceLostException;
import io.nltap.agent.linux.Capability;
import io.nltap.agent.linux.Capless;
import io.nltap.agent.linux.NetlinkSender;
import io.nltap.agent.linux.Poller;
import io.nltap.agent.linux.TestLink;
import io.nltap.agent.linux.TestNamespace;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PacketRingKernelIT {

    private static final long LARGE = 16L << 20;

    private final RingBudget budget = new RingBudget(LARGE);
    private final List<SeenFrame> seen = new ArrayList<>();
    private TestNamespace space;
    private TestLink link;

    @BeforeEach
    void openLink() throws Exception {
        space = TestNamespace.open();
        link = TestLink.open(space);
    }

    @AfterEach
    void closeLink() throws Exception {
        link.close();
        space.close();
    }

    private PacketRing openRing(long size) throws Exception {
        RingMemory memory = budget.reserve(size);
        return link.namespace().visit(() -> PacketRing.open(TestLink.DEVICE, link.index(), memory, PacketRing.PROMPT));
    }

    private void see(Frame frame) {
        seen.add(SeenFrame.of(frame));
    }

    @Test
    void showsFramesOfEverySizeByteForByteAndCutsWhatABlockDoesNotHold() throws Exception {
        int[] sizes = IntStream.concat(
                        IntStream.rangeClosed(16, 300),
                        IntStream.of(
                                1000, 3_776, 4_095, 4_096, 4_097, 65_535, 65_536, 131_072, 261_887, 261_888, 261_889,
                                262_144, 524_287, 524_288, 600_001, 1 << 20))
                .toArray();
        List<byte[]> sent = new ArrayList<>();
        try (PacketRing ring = openRing(LARGE)) {
            for (int size : sizes) {
                sent.add(link.sender().send(size));
            }
            ring.drainLast(this::see);

            assertThat(ring.dropped()).isZero();
        }
        assertThat(seen).hasSameSizeAs(sent);
        for (int index = 0; index < sizes.length; index++) {
            SeenFrame frame = seen.get(index);
            int captured = Math.min(sizes[index], PacketRing.CAPTURE_LENGTH);
            assertThat(frame.originalLength()).isEqualTo(sizes[index]);
            assertThat(frame.capturedLength()).isEqualTo(captured);
            assertThat(frame.bytes()).isEqualTo(Arrays.copyOf(sent.get(index), captured));
        }
    }

    @Test
    void tellsProtocolTypeAndTime() throws Exception {
        Clock clock = Clock.systemUTC();
        long before = TimeUnit.MILLISECONDS.toNanos(clock.millis());
        try (PacketRing ring = openRing(LARGE);
                NetlinkSender generic =
                        link.namespace().visit(() -> NetlinkSender.open(NetlinkSender.NETLINK_GENERIC))) {
            link.sender().send(64);
            generic.send(64);
            ring.drainLast(this::see);
        }
        long after = TimeUnit.MILLISECONDS.toNanos(clock.millis() + 1);
        assertThat(seen)
                .extracting(SeenFrame::protocol)
                .containsExactly(NetlinkSender.NETLINK_ROUTE, NetlinkSender.NETLINK_GENERIC);
        assertThat(seen).allSatisfy(frame -> {
            assertThat(frame.packetType()).isEqualTo(4);
            assertThat(frame.timestampNanos()).isBetween(before, after);
        });
        assertThat(seen.get(0).timestampNanos()).isLessThanOrEqualTo(seen.get(1).timestampNanos());
    }

    @Test
    void countsEveryFrameUnderLoad() throws Exception {
        int batches = 40;
        int perBatch = 2_500;
        AtomicInteger frames = new AtomicInteger();
        try (PacketRing ring = openRing(LARGE)) {
            for (int batch = 0; batch < batches; batch++) {
                link.sender().repeat(128, perBatch);
                ring.drain(frame -> frames.incrementAndGet());
            }
            ring.drainLast(frame -> frames.incrementAndGet());

            assertThat(frames).hasValue(batches * perBatch);
            assertThat(ring.dropped()).isZero();
        }
    }

    @Test
    void countsWhatASmallRingCouldNotHold() throws Exception {
        int sent = 2_000;
        try (PacketRing ring = openRing(0)) {
            assertThat(budget.free()).isEqualTo(LARGE - RingLayout.MINIMUM_SIZE);
            link.sender().repeat(4_000, sent);
            ring.drainLast(this::see);

            assertThat(seen).isNotEmpty().hasSizeLessThan(sent);
            assertThat(ring.dropped()).isEqualTo(sent - seen.size());
            assertThat(ring.dropped()).as("asked again").isEqualTo(sent - seen.size());
        }
    }

    @Test
    void goesOnAfterAnOverflow() throws Exception {
        try (PacketRing ring = openRing(0)) {
            link.sender().repeat(4_000, 2_000);
            await().until(() -> ring.drain(this::see) == 0 && !seen.isEmpty());
            seen.clear();

            byte[] afterwards = link.sender().send(100);
            ring.drainLast(this::see);

            assertThat(seen)
                    .singleElement()
                    .satisfies(frame -> assertThat(frame.bytes()).isEqualTo(afterwards));
        }
    }

    @Test
    void aSingleFrameArrivesSoonAndWakesThePoller() throws Exception {
        try (PacketRing ring = openRing(LARGE);
                Poller poller = Poller.open()) {
            poller.add(ring.fd());
            link.sender().send(32);

            assertThat(poller.await(Duration.ofSeconds(20))).isEqualTo(1);
            assertThat(poller.ready(ring.fd())).isTrue();
            assertThat(ring.drain(this::see)).isEqualTo(1);
            assertThat(poller.await(Duration.ZERO)).isZero();
        }
    }

    @Test
    void beginsABatchBeforeTheFramesThatHadBeenCapturedByThen() throws Exception {
        List<String> told = new ArrayList<>();
        FrameSink sink = new FrameSink() {
            @Override
            public void accept(Frame frame) {
                told.add("frame");
            }

            @Override
            public void beginBatch() {
                told.add("batch");
            }
        };
        try (PacketRing ring = openRing(LARGE)) {
            for (int frame = 0; frame < 2; frame++) {
                link.sender().send(32);
                await().until(() -> ring.drain(sink) == 1);
            }
        }
        assertThat(told).containsExactly("batch", "frame", "batch", "frame");
    }

    @Test
    void handsOverWhatWasCapturedAndThenTellsThatTheDeviceWasDeleted() throws Exception {
        try (PacketRing ring = openRing(LARGE);
                Poller poller = Poller.open()) {
            poller.add(ring.fd());
            link.sender().repeat(64, 10);
            link.delete();

            assertThatThrownBy(() -> drainUntilLost(ring, poller))
                    .isInstanceOf(SourceLostException.class)
                    .hasMessage("the tap test0 is gone: it was taken down or deleted, or its network namespace ended"
                            + " (ENETDOWN (Network is down))");
            assertThat(seen.stream().filter(frame -> frame.capturedLength() == 64))
                    .hasSize(10);
            assertThat(poller.await(Duration.ZERO))
                    .as("the error is not reported for ever")
                    .isZero();
        }
    }

    @Test
    void tellsThatTheDeviceWasTakenDown() throws Exception {
        try (PacketRing ring = openRing(LARGE);
                Poller poller = Poller.open()) {
            poller.add(ring.fd());
            space.run("ip", "link", "set", TestLink.DEVICE, "down");

            assertThatThrownBy(() -> drainUntilLost(ring, poller)).isInstanceOf(SourceLostException.class);
        }
    }

    private void drainUntilLost(PacketRing ring, Poller poller) throws Exception {
        while (poller.await(Duration.ofSeconds(20)) > 0) {
            ring.drain(this::see);
        }
        throw new AssertionError("the loss was not noticed");
    }

    @Test
    void takesNothingInAfterTheEnd() throws Exception {
        try (PacketRing ring = openRing(LARGE)) {
            link.sender().send(64);
            ring.drainLast(this::see);
            link.sender().send(65);
            ring.drainLast(this::see);
        }
        assertThat(seen).extracting(SeenFrame::capturedLength).containsExactly(64);
    }

    @Test
    void losesOnlyTheFrameThatTheSinkChokedOn() throws Exception {
        FrameSink picky = frame -> {
            if (frame.capturedLength() == 65 || frame.capturedLength() == 67) {
                throw new IllegalArgumentException("not this one");
            }
            see(frame);
        };
        try (PacketRing ring = openRing(LARGE)) {
            for (int size = 64; size <= 67; size++) {
                link.sender().send(size);
            }
            assertThatThrownBy(() -> ring.drainLast(picky)).hasMessage("not this one");
            assertThatThrownBy(() -> ring.drainLast(picky)).hasMessage("not this one");
            ring.drainLast(picky);
        }
        assertThat(seen).extracting(SeenFrame::capturedLength).containsExactly(64, 66);
    }

    @Test
    void severalRingsOnOneDeviceSeeTheSame() throws Exception {
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        try (PacketRing one = openRing(LARGE / 2);
                PacketRing two = openRing(LARGE / 2)) {
            link.sender().repeat(100, 1_000);
            one.drainLast(frame -> first.incrementAndGet());
            two.drainLast(frame -> second.incrementAndGet());
        }
        assertThat(first).hasValue(1_000);
        assertThat(second).hasValue(1_000);
        assertThat(budget.free()).isEqualTo(LARGE);
    }

    @Test
    void namesTheCapabilityThatIsMissing() throws Exception {
        RingMemory memory = budget.reserve(LARGE);

        Capless.without(
                List.of(Capability.CAP_NET_RAW),
                () -> assertThatThrownBy(() -> link.namespace()
                                .visit(() -> PacketRing.open(TestLink.DEVICE, link.index(), memory, PacketRing.PROMPT)))
                        .isInstanceOfSatisfying(
                                CaptureException.class,
                                e -> assertThat(e.reason()).isEqualTo(Reason.MISSING_CAPABILITY))
                        .hasMessageStartingWith("cannot open a packet ring on test0: socket AF_PACKET SOCK_RAW: EPERM")
                        .hasMessageContaining("The agent lacks CAP_NET_RAW"));

        assertThat(budget.free()).as("memory given back").isEqualTo(LARGE);
    }
}
