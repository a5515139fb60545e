// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nltap.agent.frame.Attribution;
import io.nltap.agent.frame.Attributor;
import io.nltap.agent.frame.DiskSpace;
import io.nltap.agent.frame.Frame;
import io.nltap.agent.frame.FrameTag;
import io.nltap.agent.frame.Listeners;
import io.nltap.agent.frame.Reason;
import io.nltap.agent.frame.SourceLostException;
import io.nltap.agent.frame.TagSource;
import io.nltap.agent.redaction.Redaction;
import io.nltap.agent.scope.FrameFilter;
import io.nltap.agent.scope.Scope;
import io.nltap.agent.scope.Subject;
import io.nltap.agent.segment.SegmentPlan;
import io.nltap.agent.segment.SegmentWriter;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.netlink.pcapng.InterfaceDescription;
import io.nltap.netlink.pcapng.SectionHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecorderTest {
    private static final long A = 4026532201L;
    private static final long B = 4026532302L;
    private static final long C = 4026532403L;
    private static final int OWN_PID = 99;
    private static final List<Subject> EVERYBODY = List.of(Subject.everybody("pod"));
    private static final long PLENTY = 1L << 40;

    @TempDir
    Path directory;

    private final FakeSource a = new FakeSource();
    private final FakeSource b = new FakeSource();
    private long diskSpace = PLENTY;

    @Test
    void countsForEachNamespaceAndForAll() throws SourceLostException {
        Recorder recorder = recorder(PLENTY, OptionalLong.empty());
        a.message(1, 4).message(3, 4);
        b.message(2, 0);
        b.drop(5);

        recorder.drain(A);
        recorder.drain(B);

        assertThat(recorder.live().get(A).all().frames()).isEqualTo(2);
        assertThat(recorder.live().get(A).all().messages()).isEqualTo(4);
        assertThat(recorder.live().get(B).all())
                .extracting(Counters::messages, Counters::dropped)
                .containsExactly(2L, 5L);
        assertThat(recorder.total())
                .extracting(Counters::frames, Counters::messages, Counters::dropped)
                .containsExactly(3L, 6L, 5L);
        assertThat(recorder.end()).isEmpty();
    }

    @Test
    void writesExactlyAsManyMessagesAsAsked() throws SourceLostException {
        Recorder recorder = recorder(PLENTY, OptionalLong.of(5));
        a.message(2, 4).message(3, 4).message(1, 4);

        recorder.drain(A);

        assertThat(recorder.total().messages()).isEqualTo(5);
        assertThat(recorder.total().droppedByLimits()).isEqualTo(1);
        assertThat(recorder.live().get(A).all().droppedByLimits()).isEqualTo(1);
        assertThat(recorder.end()).contains(SessionEnd.asAsked(EndedBy.MESSAGES));
    }

    @Test
    void ratherWritesFewerMessagesThanMore() throws SourceLostException {
        Recorder recorder = recorder(PLENTY, OptionalLong.of(5));
        a.message(4, 4).message(2, 4).message(1, 4);

        recorder.drain(A);

        assertThat(recorder.total().messages()).isEqualTo(4);
        assertThat(recorder.total().droppedByLimits()).isEqualTo(2);
        assertThat(recorder.end()).contains(SessionEnd.asAsked(EndedBy.MESSAGES));
    }

    @Test
    void neverWritesMoreBytesThanAskedStatisticsIncluded() throws SourceLostException, IOException {
        long limit = 3 << 20;
        Recorder recorder = recorder(limit, OptionalLong.empty());
        for (int i = 0; i < 50; i++) {
            a.message(1, 100_000 + 4 * i);
        }

        recorder.drain(A);
        recorder.close();

        assertThat(recorder.end()).contains(SessionEnd.asAsked(EndedBy.BYTES));
        assertThat(bytesOnDisk())
                .isBetween(limit - 110_000, limit)
                .isEqualTo(recorder.total().bytes());
        assertThat(recorder.total().frames() + recorder.total().droppedByLimits())
                .isEqualTo(50);
    }

    @Test
    void endsWhenTheSpoolIsFullAndCountsWhatWasNotWritten() throws SourceLostException {
        diskSpace = 200_000;
        Recorder recorder = recorder(PLENTY, OptionalLong.empty());
        for (int i = 0; i < 5; i++) {
            a.message(1, 60_000);
        }

        recorder.drain(A);

        SessionEnd end = recorder.end().orElseThrow();
        assertThat(end.endedBy()).isEqualTo(EndedBy.SPOOL_FULL);
        assertThat(end.problem().orElseThrow().reason()).isEqualTo(Reason.SPOOL_FULL);
        assertThat(recorder.total().frames() + recorder.total().droppedByLimits())
                .isEqualTo(5);
        assertThat(recorder.live().get(A).all().droppedByLimits())
                .isEqualTo(recorder.total().droppedByLimits())
                .isPositive();
    }

    @Test
    void remembersWhatARemovedTapHadDropped() throws SourceLostException {
        Recorder recorder = recorder(PLENTY, OptionalLong.empty());
        a.message(1, 4);
        a.drop(3);
        recorder.drain(A);

        Counters counted = recorder.remove(A).all();

        assertThat(counted).extracting(Counters::frames, Counters::dropped).containsExactly(1L, 3L);
        assertThat(recorder.live()).containsOnlyKeys(B);
        assertThat(recorder.total())
                .extracting(Counters::frames, Counters::dropped)
                .containsExactly(1L, 3L);
    }

    @Test
    void keepsWhatALostTapHeld() {
        Recorder recorder = recorder(PLENTY, OptionalLong.empty());
        a.message(1, 4);
        a.lose();

        assertThatThrownBy(() -> recorder.drain(A)).isInstanceOf(SourceLostException.class);

        assertThat(recorder.total().frames()).isEqualTo(1);
        assertThat(recorder.end()).isEmpty();
    }

    @Test
    void tellsWhoeverAttributesWhenABatchBegins() throws SourceLostException {
        List<String> told = new ArrayList<>();
        Attributor attributor = new Attributor() {
            private final Attributor nobody = new Unattributed();

            @Override
            public Attribution attribute(Frame frame, FrameTag tag, boolean tagged) {
                told.add("frame");
                return nobody.attribute(frame, tag, tagged);
            }

            @Override
            public void beginBatch() {
                told.add("batch");
            }
        };
        Recorder recorder = recorder(PLENTY, OptionalLong.empty());
        FakeSource c = new FakeSource();
        TapFeed feed = new TapFeed(c, TagSource.NONE, attributor);
        recorder.add(C, feed, scope(), EVERYBODY, new InterfaceDescription("c", "", ""));

        c.message(1, 4).message(1, 4);
        recorder.drain(C);
        c.message(1, 4);
        recorder.drainLast(C);

        assertThat(told).containsExactly("batch", "frame", "frame", "batch", "frame");
    }

    private Recorder recorder(long maxBytes, OptionalLong maxMessages) {
        SegmentPlan plan = new SegmentPlan(
                directory, 0, 1 << 20, Duration.ofHours(1), new SectionHeader("x86_64", "Linux", "nltap"));
        SegmentWriter writer = new SegmentWriter(plan, new Disk(), Clock.systemUTC(), Runnable::run, closed -> {});
        Recorder recorder =
                new Recorder(writer, new LimitGuard(maxBytes, maxMessages), new AuthorCounts(10), Redaction.NONE);
        recorder.add(A, feed(a), scope(), EVERYBODY, new InterfaceDescription("a", "", ""));
        recorder.add(B, feed(b), scope(), EVERYBODY, new InterfaceDescription("b", "", ""));
        return recorder;
    }

    private static TapFeed feed(FakeSource source) {
        return new TapFeed(source, TagSource.NONE, new Unattributed());
    }

    private static Scope scope() {
        return new Scope(Scope.Surroundings.OWN, FrameFilter.EVERYTHING, Listeners.NONE, OWN_PID);
    }

    private long bytesOnDisk() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong(RecorderTest::size).sum();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Disk implements DiskSpace {
        @Override
        public boolean reserve(long bytes) {
            if (bytes > diskSpace) {
                return false;
            }
            diskSpace -= bytes;
            return true;
        }

        @Override
        public void release(long bytes) {
            diskSpace += bytes;
        }
    }
}
