// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.analysis;

import io.nltap.netlink.analysis.Settings;
import io.nltap.netlink.author.Party;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The one thread on which all captures of a node are analysed, one piece of each in turn: they take no more than one CPU
 * together, and one piece of memory beside what each analysis keeps.
 */
public final class AnalysisThread implements AutoCloseable {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final int PIECE = 1 << 20;

    private final Clock clock;
    private final LongSupplier nanoTime;
    private final BooleanSupplier heapIsShort;
    private final Thread thread;
    private final List<LiveAnalysis> running = new ArrayList<>(); // guarded by this
    private boolean called;
    private boolean closed;

    private AnalysisThread(Clock clock, LongSupplier nanoTime, BooleanSupplier heapIsShort) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.heapIsShort = heapIsShort;
        this.thread = new Thread(this::run, "analysis");
        this.thread.setDaemon(true);
    }

    /**
     * @param clock by which packets are stamped
     * @param nanoTime monotonic, as {@link System#nanoTime}
     * @param heapIsShort whether an analysis has to be given up, such as {@link HeapRoom}
     */
    public static AnalysisThread start(Clock clock, LongSupplier nanoTime, BooleanSupplier heapIsShort) {
        AnalysisThread analyses = new AnalysisThread(clock, nanoTime, heapIsShort);
        analyses.thread.start();
        return analyses;
    }

    /**
     * Begins to analyse a capture.
     *
     * @param directory where its files {@code 0.pcapng}, {@code 1.pcapng} and so on are made
     * @param mine whose hangs are to be told; others may be seen only as what somebody waits for
     */
    public LiveAnalysis begin(
            Path directory, Settings settings, Predicate<Party> mine, LiveAnalysis.Listener listener) {
        LiveAnalysis analysis = new LiveAnalysis(directory, settings, mine, listener, clock, this);
        synchronized (this) {
            if (!closed) {
                running.add(analysis);
                return analysis;
            }
        }
        analysis.abandon();
        return analysis;
    }

    /** Something has ended, and whoever waits for it is not to wait until the next look. */
    synchronized void call() {
        called = true;
        notifyAll();
    }

    private void run() {
        try {
            analyse();
        } finally { // whatever it was: nobody is to wait for a thread that is no more
            synchronized (this) {
                closed = true;
            }
            all().forEach(LiveAnalysis::abandon);
        }
    }

    private void analyse() {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
        long nextLook = nanoTime.getAsLong();
        boolean more = false;
        while (await(more ? 0 : nextLook - nanoTime.getAsLong())) {
            boolean look = nextLook - nanoTime.getAsLong() <= 0;
            nextLook = look ? nanoTime.getAsLong() + BETWEEN_LOOKS.toNanos() : nextLook;
            more = false;
            for (LiveAnalysis each : all()) {
                more |= each.work(piece, look);
                makeRoom();
            }
            synchronized (this) {
                running.removeIf(LiveAnalysis::isOver);
            }
        }
    }

    /** @return false when it is over */
    private synchronized boolean await(long nanos) {
        try {
            if (nanos > 0 && !called && !closed) {
                wait(nanos / 1_000_000 + 1);
            }
        } catch (InterruptedException e) { // nobody does, and a file that is being read would be closed by it
            closed = true;
        }
        called = false;
        return !closed;
    }

    private synchronized List<LiveAnalysis> all() {
        return List.copyOf(running);
    }

    /** The capture of which most has been read is given up first. */
    private void makeRoom() {
        if (heapIsShort.getAsBoolean()) {
            all().stream()
                    .filter(each -> !each.isGivenUp())
                    .max(Comparator.comparingLong(LiveAnalysis::datagrams))
                    .ifPresent(each -> each.giveUp("the agent had too little memory to go on with it"));
        }
    }

    /** Ends it; what is being analysed stays unfinished. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
