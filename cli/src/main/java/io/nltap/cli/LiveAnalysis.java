// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import io.nltap.netlink.analysis.Analysis;
import io.nltap.netlink.analysis.Hang;
import io.nltap.netlink.analysis.Settings;
import io.nltap.netlink.analysis.Summary;
import io.nltap.netlink.change.Change;
import io.nltap.netlink.evidence.EvidenceSample;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Analyses a recording while it is made, on a thread of its own that reads the growing file: whoever captures never waits
 * for it, and it sees what the file's readers will see.
 */
final class LiveAnalysis implements AutoCloseable {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** Packets are in the file no later than this: what is seen beside the wire waits for them. */
    private static final long FILE_LAG = TimeUnit.MILLISECONDS.toNanos(2500);

    private static final int MOST_WAITING = 10_000;

    private final GrowingCapture capture;
    private final Analysis analysis;
    private final Consumer<List<Hang>> watcher;
    private final Clock clock;
    private final Thread thread;

    private final Queue<EvidenceSample> samples = new ArrayDeque<>(); // guarded by itself
    private final CountDownLatch ending = new CountDownLatch(1);
    private volatile @Nullable IOException failure;

    private LiveAnalysis(
            List<Path> capture,
            Settings settings,
            Consumer<Change> changes,
            Consumer<List<Hang>> watcher,
            Clock clock) {
        this.capture = new GrowingCapture(capture);
        this.analysis = new Analysis(settings, changes);
        this.watcher = watcher;
        this.clock = clock;
        this.thread = new Thread(this::run, "analysis");
        this.thread.setDaemon(true);
    }

    /**
     * @param capture names of the file, as for {@link GrowingCapture}
     * @param changes hears of each change, on this thread of its own
     * @param watcher hears about once a second, on the same thread, of what hangs
     * @param clock by which packets are stamped
     */
    static LiveAnalysis start(
            List<Path> capture,
            Settings settings,
            Consumer<Change> changes,
            Consumer<List<Hang>> watcher,
            Clock clock) {
        LiveAnalysis live = new LiveAnalysis(capture, settings, changes, watcher, clock);
        live.thread.start();
        return live;
    }

    /** Takes a sample; may be called by any thread. */
    void accept(EvidenceSample sample) {
        synchronized (samples) {
            if (samples.size() < MOST_WAITING) {
                samples.add(sample);
            }
        }
    }

    private void run() {
        try {
            while (!ending.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            failure = e;
        }
    }

    /** Not by an interrupt, which would close the file that is being read. */
    private void end() throws InterruptedException {
        ending.countDown();
        thread.join();
    }

    private void look() throws IOException {
        long until = epochNanos() - FILE_LAG;
        readCapture();
        acceptUntil(until);
        watcher.accept(analysis.findings(until));
    }

    private void readCapture() throws IOException {
        boolean more = true;
        while (more) {
            more = capture.read(this::accept);
        }
    }

    private void accept(CapturedPacket packet) {
        acceptUntil(packet.timestampNanos());
        analysis.accept(packet);
    }

    private void acceptUntil(long nanos) {
        for (EvidenceSample next = next(nanos); next != null; next = next(nanos)) {
            analysis.accept(next);
        }
    }

    private @Nullable EvidenceSample next(long nanos) {
        synchronized (samples) {
            EvidenceSample first = samples.peek();
            return first != null && first.timeNanos() <= nanos ? samples.poll() : null;
        }
    }

    /**
     * Takes in the rest of the file and of the samples; to be called when both are whole.
     *
     * @param lost datagrams that the kernel did not hand over
     */
    Summary finish(long lost) throws IOException, InterruptedException {
        end();
        IOException problem = failure;
        if (problem != null) {
            throw problem;
        }
        readCapture();
        acceptUntil(Long.MAX_VALUE);
        analysis.miss(capture.skipped(), lost);
        return analysis.summary();
    }

    private long epochNanos() {
        Instant now = clock.instant();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    @Override
    public void close() throws IOException {
        try {
            end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        capture.close();
    }
}
