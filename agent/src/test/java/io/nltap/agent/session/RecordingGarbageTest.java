// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.nltap.agent.frame.Attribution;
import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.Confidence;
import io.nltap.agent.frame.ContainerName;
import io.nltap.agent.frame.Direction;
import io.nltap.agent.frame.DiskSpace;
import io.nltap.agent.frame.FrameSink;
import io.nltap.agent.frame.Listeners;
import io.nltap.agent.redaction.Redaction;
import io.nltap.agent.scope.Scope;
import io.nltap.agent.scope.Subject;
import io.nltap.agent.segment.SegmentPlan;
import io.nltap.agent.segment.SegmentWriter;
import io.nltap.agent.segment.TestFrame;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.Filter;
import io.nltap.netlink.pcapng.InterfaceDescription;
import io.nltap.netlink.pcapng.SectionHeader;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of a frame from the ring into the file makes no garbage: collecting it would cost frames. */
class RecordingGarbageTest {
    private static final int FRAMES = 200_000;
    private static final int WARM_UP = 20_000;
    private static final short NLMSG_NOOP = 1;
    private static final long T0 = 1_750_000_000_000_000_000L;

    /** Of the whole run: what the clock and the writing of a full buffer may cost, and nothing for each frame. */
    private static final long ALLOWED = FRAMES / 10;

    private static final Attribution[] WHOSE = {
        attribution(Attribution.Role.SENT, process(10, "uid-web")),
        attribution(Attribution.Role.RECEIVED, process(10, "uid-web")),
        attribution(Attribution.Role.NOTIFIED, process(10, "uid-web")),
        attribution(Attribution.Role.SENT, process(20, "uid-cart")),
        attribution(Attribution.Role.SENT, Author.UNKNOWN),
        attribution(Attribution.Role.NOTIFIED, Author.KERNEL)
    };

    @TempDir
    Path directory;

    private int next;

    @Test
    void aFrameMakesNoGarbage() {
        SegmentPlan plan = new SegmentPlan(directory, 0, 1L << 32, Duration.ofHours(1), new SectionHeader("", "", ""));
        SegmentWriter writer =
                new SegmentWriter(plan, new EndlessDisk(), Clock.systemUTC(), Runnable::run, closed -> {});
        Recorder recorder = new Recorder(
                writer, new LimitGuard(1L << 40, OptionalLong.of(1L << 40)), new AuthorCounts(100), Redaction.NONE);
        FakeSource source = new FakeSource();
        TestFrame frame = new TestFrame(4096);
        TapFeed feed = new TapFeed(
                source,
                (tagged, tag) -> {
                    next++;
                    tag.set(Direction.TO_USER, 0, next % 3 == 2 ? 1 : 0, 10, 10, 1, next);
                    return true;
                },
                (attributed, tag, tagged) -> WHOSE[next % WHOSE.length]);
        List<Author.Process> listening = List.of(process(10, "uid-web"));
        Listeners listeners = (protocol, group) -> listening;
        // The type is of no protocol in particular: the frames of these tests are of one that does not exist.
        Filter filter = new Filter(List.of(), List.of("NLMSG_ERROR", "NLMSG_NOOP"), null, "greater 4");
        Scope scope = new Scope(Scope.Surroundings.SHARED, FilterReading.of(filter, ""), listeners, 1);
        List<Subject> subjects = List.of(Subject.pod("uid-web", Set.of()), Subject.pod("uid-other", Set.of("id")));
        recorder.add(1, feed, scope, subjects, new InterfaceDescription("host", "", ""));
        FrameSink tap = recorder.sink(1);
        accept(tap, frame, WARM_UP);

        long before = allocated();
        accept(tap, frame, FRAMES);
        long garbage = allocated() - before;

        Counters total = recorder.total();
        assertThat(total.received()).isEqualTo(FRAMES + WARM_UP).isEqualTo(total.accounted());
        assertThat(total.frames()).isGreaterThan(FRAMES / 4);
        assertThat(total.outOfScope()).isGreaterThan(FRAMES / 4);
        assertThat(garbage).as("bytes allocated for %d frames", FRAMES).isLessThan(ALLOWED);
    }

    private static void accept(FrameSink tap, TestFrame frame, int times) {
        for (int i = 0; i < times; i++) {
            tap.accept(frame.of(T0 + i * 10_000_000L, 1, 64, NLMSG_NOOP));
        }
    }

    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private static Attribution attribution(Attribution.Role role, Author author) {
        return new Attribution(role, author, Confidence.EXACT, "");
    }

    private static Author.Process process(int pid, String podUid) {
        return new Author.Process(
                pid,
                "ip",
                Optional.of(new ContainerName(
                        Optional.of(podUid), Optional.of("shop/web-0"), Optional.of("ab"), Optional.of("app"))));
    }

    private static final class EndlessDisk implements DiskSpace {
        @Override
        public boolean reserve(long bytes) {
            return true;
        }

        @Override
        public void release(long bytes) {}
    }
}
