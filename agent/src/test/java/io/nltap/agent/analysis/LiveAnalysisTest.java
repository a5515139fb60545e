// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nltap.agent.frame.ClosedSegment;
import io.nltap.netlink.analysis.Hang;
import io.nltap.netlink.analysis.Omission;
import io.nltap.netlink.analysis.Settings;
import io.nltap.netlink.analysis.Summary;
import io.nltap.netlink.author.Party;
import io.nltap.netlink.change.Change;
import io.nltap.netlink.evidence.CaptureLosses;
import io.nltap.netlink.evidence.EvidenceSample;
import io.nltap.netlink.evidence.TapHealth;
import io.nltap.netlink.pcapng.CaptureInterface;
import io.nltap.netlink.pcapng.CapturedPacket;
import io.nltap.netlink.pcapng.PacketDirection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveAnalysisTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final long T0 = 1_750_000_000_000_000_000L;

    // SIOCSIFADDR 192.0.2.1/24: RTM_NEWADDR with struct ifaddrmsg and IFA_LOCAL
    private static final byte[] ADDRESS =
            HexFormat.of().parseHex("20000000140000000000000000000000" + "0218000001000000" + "08000200c0000201");

    private static final Predicate<Party> EVERYBODY = who -> true;

    @TempDir
    private Path directory;

    private final AtomicBoolean heapIsShort = new AtomicBoolean();
    private final AtomicLong seenRequests = new AtomicLong(-1);
    private final List<Change> changes = new CopyOnWriteArrayList<>();
    private final AnalysisThread thread = AnalysisThread.start(Clock.systemUTC(), System::nanoTime, heapIsShort::get);

    @AfterEach
    void close() {
        thread.close();
    }

    @Test
    void readsSegmentsThatAreGoneBeforeItComesToThem() throws Exception {
        LiveAnalysis analysis = begin(EVERYBODY);
        for (int number = 0; number < 3; number++) {
            Path file = directory.resolve(number + ".pcapng");
            CaptureBytes.write(file, T0 + number, T0 + 10 + number);
            analysis.closed(new ClosedSegment(number, 2, 2, Files.size(file), T0, T0));
            Files.delete(file);
        }

        Summary summary = analysis.finish(0);

        assertThat(summary.totals().messages()).isEqualTo(6);
        assertThat(summary.netns()).containsExactly("shop/web-0");
        assertThat(analysis.isWhole()).isTrue();
    }

    @Test
    void goesFromTheOpenSegmentToTheNextOne() throws Exception {
        LiveAnalysis analysis = begin(EVERYBODY);
        Path first = directory.resolve("0.pcapng.part");
        CaptureBytes.write(first, T0);
        await().atMost(LONG).until(() -> seenRequests.get() == 1);
        CaptureBytes.append(first, CaptureBytes.packet(0, T0 + 1));
        Files.move(first, directory.resolve("0.pcapng"));
        analysis.closed(new ClosedSegment(0, 2, 2, 1, T0, T0));
        Files.delete(directory.resolve("0.pcapng"));
        CaptureBytes.write(directory.resolve("1.pcapng.part"), T0 + 2);
        await().atMost(LONG).until(() -> seenRequests.get() == 3);

        assertThat(analysis.finish(0).totals().messages()).isEqualTo(3);
    }

    @Test
    void saysWhatItLeftOutForWantOfMemory() throws Exception {
        LiveAnalysis analysis = begin(EVERYBODY);
        CaptureBytes.write(directory.resolve("0.pcapng.part"), T0, T0 + 1);
        await().atMost(LONG).until(() -> seenRequests.get() == 2);
        heapIsShort.set(true);
        await().atMost(LONG).until(analysis::isGivenUp);
        CaptureBytes.append(directory.resolve("0.pcapng.part"), CaptureBytes.packet(0, T0 + 2));

        Summary summary = analysis.finish(0);

        assertThat(summary.totals().messages()).isEqualTo(2);
        assertThat(analysis.isWhole()).isFalse();
        assertThat(summary.weaker())
                .contains(
                        "evidence is weaker because the analysis ended early: the agent had too little memory to go on"
                                + " with it");
    }

    @Test
    void neverKeepsOneCaptureFromBeingAnalysedForAnother() throws Exception {
        LiveAnalysis broken = thread.begin(directory.resolve("broken"), Settings.USUAL, EVERYBODY, new Ears() {
            @Override
            public void looked(List<Hang> open, Supplier<Summary> soFar) {
                throw new IllegalStateException("a fault");
            }
        });
        LiveAnalysis analysis = begin(EVERYBODY);
        CaptureBytes.write(directory.resolve("0.pcapng.part"), T0);
        await().atMost(LONG).until(broken::isGivenUp);
        await().atMost(LONG).until(() -> seenRequests.get() == 1);

        assertThat(broken.finish(0).weaker())
                .singleElement()
                .asString()
                .contains("ended early: the analysis failed: java.lang.IllegalStateException: a fault");
        assertThat(analysis.finish(0).totals().messages()).isEqualTo(1);
    }

    @Test
    void tellsNothingOfWhatOthersHangIn() throws Exception {
        LiveAnalysis mine = begin(who -> false);
        CaptureBytes.write(directory.resolve("0.pcapng.part"), T0);
        mine.accept(sample(T0 + 10_000_000_000L));
        mine.accept(sample(T0 + 20_000_000_000L));

        Summary summary = mine.finish(0);

        assertThat(summary.totals().requests()).isEqualTo(1);
        assertThat(summary.hangs()).isEmpty();
        assertThat(summary.doubts()).isEmpty();
    }

    @Test
    void takesInWhatIsInNoFileAndCountsWhatItHasNoRoomFor() throws Exception {
        LiveAnalysis analysis = begin(EVERYBODY);
        CaptureBytes.write(directory.resolve("0.pcapng.part"), T0);
        await().atMost(LONG).until(() -> seenRequests.get() == 1);
        int taken = 0;
        while (analysis.hasRoom(ADDRESS.length)) {
            analysis.overhear(notification(T0 + taken), 2); // which are not in the file yet: it waits in the queue
            taken++;
        }
        analysis.miss(2);

        Summary summary = analysis.finish(0);

        assertThat(taken).isPositive();
        assertThat(changes).extracting(Change::proof).containsExactly(Change.Proof.NOTIFIED);
        assertThat(summary.omissions()).contains(new Omission("notifications that nobody else heard", 3));
        assertThat(summary.totals().messages()).isEqualTo(1);
    }

    @Test
    void takesInWhatIsInNoFileAfterThePacketsBeforeItHoweverLateTheyAreWritten() throws Exception {
        LiveAnalysis analysis = begin(EVERYBODY);
        CaptureBytes.write(directory.resolve("0.pcapng.part"), T0);
        await().atMost(LONG).until(() -> seenRequests.get() == 1);
        analysis.overhear(notification(T0 + 2), 2);
        seenRequests.set(-1);
        await().atMost(LONG).until(() -> seenRequests.get() == 1);
        assertThat(changes).isEmpty();

        CaptureBytes.append(directory.resolve("0.pcapng.part"), CaptureBytes.packet(0, T0 + 1));

        await().atMost(LONG).until(() -> !changes.isEmpty());
        analysis.finish(0);
        assertThat(changes).hasSize(1);
    }

    private static CapturedPacket notification(long nanos) {
        return new CapturedPacket(
                new CaptureInterface(0, "shop/web-0", "", 253),
                nanos,
                4,
                0,
                ADDRESS.length,
                ByteBuffer.wrap(ADDRESS).order(ByteOrder.LITTLE_ENDIAN),
                PacketDirection.INBOUND,
                "pod=- container=- pid=0 comm=kernel confidence=Exact role=notified group=5");
    }

    private LiveAnalysis begin(Predicate<Party> mine) {
        return thread.begin(directory, Settings.USUAL, mine, new Ears());
    }

    private static EvidenceSample sample(long nanos) {
        return new EvidenceSample(
                nanos,
                "shop/web-0",
                OptionalLong.empty(),
                List.of(),
                List.of(),
                List.of(),
                new TapHealth(T0, CaptureLosses.NONE, 0),
                0);
    }

    private class Ears implements LiveAnalysis.Listener {
        @Override
        public void changed(Change change) {
            changes.add(change);
        }

        @Override
        public void looked(List<Hang> open, Supplier<Summary> soFar) {
            seenRequests.set(soFar.get().totals().messages());
        }
    }
}
