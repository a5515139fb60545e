// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.analysis;

import io.nltap.agent.frame.ClosedSegment;
import io.nltap.netlink.analysis.Analysis;
import io.nltap.netlink.analysis.Hang;
import io.nltap.netlink.analysis.Settings;
import io.nltap.netlink.analysis.Summary;
import io.nltap.netlink.author.Party;
import io.nltap.netlink.change.Change;
import io.nltap.netlink.evidence.CaptureLosses;
import io.nltap.netlink.evidence.EvidenceSample;
import io.nltap.netlink.evidence.TapHealth;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The analysis of one capture while it is made. It reads the files that are being written, a few moments behind, so that it
 * sees what their readers will see. What it can no longer do, for want of memory or because it has failed, its summary says.
 */
public final class LiveAnalysis implements OverheardSink {
    private static final Logger LOG = LoggerFactory.getLogger(LiveAnalysis.class);

    /** Packets are in the file no later than this: what is seen beside the wire waits for them. */
    private static final long FILE_LAG = TimeUnit.MILLISECONDS.toNanos(2500);

    /** Hears of it, on the thread that analyses; must not wait. */
    public interface Listener {
        /** Of each change, as soon as it is known to have succeeded. */
        void changed(Change change);

        /**
         * About once a second.
         *
         * @param open what hangs now
         * @param soFar makes a summary of everything until now; only to be called before this returns
         */
        void looked(List<Hang> open, Supplier<Summary> soFar);
    }

    private final Predicate<Party> mine;
    private final Listener listener;
    private final Clock clock;
    private final AnalysisThread thread;
    private final SegmentTrail segments;
    private final SampleQueue samples = new SampleQueue();
    private final OverheardQueue overheard = new OverheardQueue();
    private final Map<String, Set<Integer>> devices =
            new ConcurrentHashMap<>(); // of which the analysis has not been told
    private final CompletableFuture<Summary> result = new CompletableFuture<>();
    private volatile Optional<Long> ending = Optional.empty();

    // Only of the thread that analyses.
    private @Nullable Analysis analysis;
    private Summary last = Summary.NONE;
    private String givenUp = "";
    private long datagrams;
    private long passedOver;

    LiveAnalysis(
            Path directory,
            Settings settings,
            Predicate<Party> mine,
            Listener listener,
            Clock clock,
            AnalysisThread thread) {
        this.segments = new SegmentTrail(directory);
        this.mine = mine;
        this.listener = listener;
        this.clock = clock;
        this.thread = thread;
        this.analysis = new Analysis(settings, listener::changed);
    }

    /** Takes a sample; may be called by any thread. */
    public void accept(EvidenceSample sample) {
        samples.add(sample);
    }

    @Override
    public boolean hasRoom(int bytes) {
        return overheard.hasRoom(bytes);
    }

    @Override
    public void overhear(CapturedPacket packet, long after) {
        overheard.add(packet, after);
    }

    @Override
    public void miss(long notifications) {
        overheard.miss(notifications);
    }

    @Override
    public void knowDevices(String place, Set<Integer> indexes) {
        devices.merge(place, indexes, (before, more) -> {
            Set<Integer> all = new HashSet<>(before);
            all.addAll(more);
            return all;
        });
    }

    /** A segment is whole; from when this returns on its file may go. May be called by any thread. */
    public void closed(ClosedSegment segment) {
        segments.closed(segment);
    }

    /**
     * Takes in the rest of the files and of the samples; to be called once, when both are whole. Waits for that.
     *
     * @param lost datagrams that the kernel did not hand over
     */
    public Summary finish(long lost) throws InterruptedException {
        ending = Optional.of(lost);
        thread.call();
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes it with an exception", e);
        }
    }

    /** Whether it has seen all that the files hold; to be asked after {@link #finish}. */
    public boolean isWhole() {
        return givenUp.isEmpty() && segments.passedOver() == 0;
    }

    boolean isOver() {
        return result.isDone();
    }

    boolean isGivenUp() {
        return analysis == null;
    }

    /** That it has taken in. */
    long datagrams() {
        return datagrams;
    }

    /**
     * Reads on, up to one piece.
     *
     * @param look whether to say what hangs
     * @return whether there may be more
     */
    boolean work(ByteBuffer piece, boolean look) {
        try {
            Optional<Long> end = ending; // asked before it is read: the files are whole then
            passedOver = segments.passedOver();
            if (analysis != null && segments.read(piece, this::accept)) {
                return true;
            }
            if (end.isPresent()) {
                finishNow(end.get());
            } else if (look) {
                look();
            }
            return false;
        } catch (IOException e) {
            fail("the files could not be read on: " + e, e);
        } catch (RuntimeException e) { // of one capture; the others go on
            fail("the analysis failed: " + e, e);
        }
        return false;
    }

    private void fail(String why, Exception e) {
        LOG.atError().setCause(e).addKeyValue("why", why).log("analysis given up");
        giveUp(why);
        ending.ifPresent(lost -> complete());
    }

    private void look() {
        long until = epochNanos() - FILE_LAG;
        acceptUntil(until, datagrams + passedOver);
        Analysis now = analysis;
        if (now == null) {
            listener.looked(List.of(), () -> told(last));
        } else {
            List<Hang> open = now.findings(until).stream().filter(this::isMine).toList();
            now.missOverheard(overheard.takeMissed());
            listener.looked(open, () -> told(now.soFar()));
        }
    }

    private boolean isMine(Hang hang) {
        return mine.test(hang.finding().who());
    }

    private void accept(CapturedPacket packet) {
        Analysis now = analysis;
        if (now != null) {
            acceptUntil(packet.timestampNanos(), datagrams + passedOver);
            now.accept(packet);
            datagrams++;
        }
    }

    /** @param read how many packets of the files have been: a busy machine may write them long after they came */
    private void acceptUntil(long nanos, long read) {
        tellDevices();
        for (CapturedPacket next = overheard.next(read); next != null; next = overheard.next(read)) {
            Analysis now = analysis;
            if (now != null) {
                now.overhear(next);
            }
        }
        for (EvidenceSample next = samples.next(nanos); next != null; next = samples.next(nanos)) {
            Analysis now = analysis;
            if (now != null) {
                now.accept(withPassedOver(next));
            }
        }
    }

    private void tellDevices() {
        Analysis now = analysis;
        if (now != null && !devices.isEmpty()) {
            for (String place : devices.keySet()) {
                Set<Integer> indexes = devices.remove(place);
                now.knowTaps(place, indexes == null ? Set.of() : indexes);
            }
        }
    }

    /** What was passed over is as good as lost for who looks for an answer. */
    private EvidenceSample withPassedOver(EvidenceSample sample) {
        return passedOver == 0
                ? sample
                : new EvidenceSample(
                        sample.timeNanos(),
                        sample.netns(),
                        sample.netnsInode(),
                        sample.sockets(),
                        sample.holders(),
                        sample.tasks(),
                        new TapHealth(
                                sample.tap().openedNanos(),
                                new CaptureLosses(
                                        sample.tap().losses().ringDrops() + passedOver,
                                        sample.tap().losses().leftOut()),
                                sample.tap().otherTaps()),
                        sample.omitted());
    }

    /** Keeps what it comes to until now, and lets go of all that is needed to go on. */
    void giveUp(String why) {
        Analysis now = analysis;
        if (now != null) {
            try {
                last = now.soFar();
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("nothing can be said of what was analysed");
            }
            analysis = null;
            givenUp = why;
            samples.clear();
            overheard.close();
            closeFiles();
        }
    }

    private void finishNow(long lost) {
        acceptUntil(Long.MAX_VALUE, Long.MAX_VALUE);
        Analysis now = analysis;
        if (now != null) {
            now.miss(segments.noNetlink(), lost);
            now.missOverheard(overheard.takeMissed());
            last = now.summary();
        }
        complete();
    }

    private void complete() {
        closeFiles();
        result.complete(told(last));
    }

    /** What is told of it: nothing of others, and what is missing. */
    private Summary told(Summary whole) {
        Summary told = whole.only(mine);
        if (!givenUp.isEmpty()) {
            told = told.weaker("evidence is weaker because the analysis ended early: %s".formatted(givenUp));
        }
        if (segments.passedOver() > 0) {
            told = told.weaker(
                    "evidence is weaker because the analysis could not keep up: it has passed over %,d datagrams"
                            .formatted(segments.passedOver()));
        }
        if (samples.omitted() > 0) {
            told = told.weaker("evidence is weaker because the analysis could not keep up: it has passed over %,d looks"
                            .formatted(samples.omitted())
                    + " beside the wire");
        }
        return told;
    }

    /** Nobody will go on with it. */
    void abandon() {
        giveUp("it was ended");
        complete();
    }

    private void closeFiles() {
        try {
            segments.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a file that was read cannot be closed");
        }
    }

    private long epochNanos() {
        Instant now = clock.instant();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }
}
