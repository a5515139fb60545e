// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.frame.Reason;
import io.nltap.agent.frame.SourceLostException;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.PolledCommands;
import io.nltap.agent.linux.Poller;
import io.nltap.agent.linux.Ticker;
import io.nltap.agent.scope.Scope;
import io.nltap.agent.scope.Subject;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.netlink.pcapng.InterfaceDescription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a session that reads its taps. It waits for all of them at once, and ends by itself when a limit is
 * reached, time is over or nothing can be written; then it has taken in what the taps still held and closed the last
 * segment. It never opens or closes a tap, so nothing but the disk can keep it waiting.
 */
final class CaptureThread {
    private static final Logger LOG = LoggerFactory.getLogger(CaptureThread.class);
    private static final Duration DUTY_INTERVAL = Duration.ofSeconds(1);

    /** Longer than what is waited for in any case. */
    private static final Duration UNTIL_READY = Duration.ofMinutes(1);

    /** Hears from the capture thread, on that thread; must not wait. */
    interface Listener {
        /** The tap is not read any more; it has to be closed. */
        void lost(long netns, TapCounters counted, String why);

        /** Nothing is read any more; {@link #report} is the last one. */
        void ended(SessionEnd end);
    }

    /**
     * What has been counted.
     *
     * @param live by the inode of each namespace that is still tapped
     */
    record Report(Counters total, Map<Long, TapCounters> live, AuthorCounts.Snapshot authors) {}

    /** What is waited for. */
    private record Source(long netns, int fd) {}

    static final Report NOTHING = new Report(Counters.ZERO, Map.of(), AuthorCounts.Snapshot.NOTHING);

    private final String name;
    private final Recorder recorder;
    private final Poller poller;
    private final LongSupplier nanoTime;
    private final Duration duration;
    private final Listener listener;

    private final PolledCommands commands;
    private final AtomicReference<@Nullable SessionEnd> asked = new AtomicReference<>();
    private List<Source> sources = List.of();
    private volatile Report report = NOTHING;
    private boolean started;
    private long deadline;

    /** At the last duty, or later: reading the clock takes as long as reading many frames on some kernels. */
    private long now;

    /**
     * @param poller is closed when the thread ends
     * @param nanoTime monotonic, as {@link System#nanoTime}
     * @param duration at most, from the first tap on
     */
    CaptureThread(
            String name,
            Recorder recorder,
            Poller poller,
            LongSupplier nanoTime,
            Duration duration,
            Listener listener) {
        this.name = name;
        this.recorder = recorder;
        this.poller = poller;
        this.commands = new PolledCommands(poller);
        this.nanoTime = nanoTime;
        this.duration = duration;
        this.listener = listener;
    }

    void start() {
        Thread thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** @param feed must work until it was removed, was reported as lost, or the thread has ended */
    void add(long netns, TapFeed feed, Scope scope, List<Subject> subjects, InterfaceDescription description) {
        add(netns, feed, scope, subjects, description, Overhearing.NOBODY);
    }

    /** As {@link #add(long, TapFeed, Scope, List, InterfaceDescription)}, in a namespace in which this process listens. */
    void add(
            long netns,
            TapFeed feed,
            Scope scope,
            List<Subject> subjects,
            InterfaceDescription description,
            Overhearing overhearing) {
        commands.submit(() -> {
            recorder.add(netns, feed, scope, subjects, description, overhearing);
            addSource(new Source(netns, feed.source().fd()));
            poller.add(feed.source().fd());
            if (!started) {
                started = true;
                now = nanoTime.getAsLong();
                deadline = now + duration.toNanos();
            }
        });
    }

    private void addSource(Source added) {
        List<Source> more = new ArrayList<>(sources);
        more.removeIf(source -> source.netns() == added.netns());
        more.add(added);
        sources = List.copyOf(more);
    }

    /** Whose traffic is wanted there from now on. */
    void setSubjects(long netns, List<Subject> subjects) {
        commands.submit(() -> recorder.setSubjects(netns, subjects));
    }

    /** Takes what the tap still holds, and forgets it. Waits for that. @return what was counted there */
    TapCounters remove(long netns) throws InterruptedException {
        CompletableFuture<TapCounters> result = new CompletableFuture<>();
        if (!commands.submit(() -> result.complete(drainAndRemove(netns)))) {
            return report.live().getOrDefault(netns, TapCounters.ZERO);
        }
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes it with an exception", e);
        }
    }

    /** Ends the capture, unless something else has ended it already. */
    void end(SessionEnd why) {
        asked.compareAndSet(null, why);
        poller.wake();
    }

    Report report() {
        return report;
    }

    private void run() {
        SessionEnd end;
        try (Ticker ticker = Ticker.open(DUTY_INTERVAL)) {
            end = capture(ticker);
        } catch (KernelException e) {
            end = SessionEnd.error(Reason.KERNEL_REFUSED, "cannot wait for frames: " + e.getMessage());
        } catch (RuntimeException e) {
            end = fault(e);
        }
        try {
            finish();
        } catch (RuntimeException e) {
            end = fault(e);
        } finally {
            poller.close();
        }
        listener.ended(end);
    }

    private SessionEnd capture(Ticker ticker) throws KernelException {
        poller.add(ticker.fd());
        publish();
        now = nanoTime.getAsLong();
        while (true) {
            commands.run();
            SessionEnd end = endNow();
            if (end != null) {
                return end;
            }
            poller.await(endsBeforeNextDuty() ? untilDeadline() : UNTIL_READY);
            if (poller.ready(ticker.fd())) {
                ticker.clear();
                now = nanoTime.getAsLong();
                recorder.tick();
                publish();
            } else if (endsBeforeNextDuty()) {
                now = nanoTime.getAsLong();
            }
            for (Source source : sources) { // drain may make another list of them
                if (poller.ready(source.fd())) {
                    drain(source.netns());
                }
            }
        }
    }

    private @Nullable SessionEnd endNow() {
        SessionEnd byFrames = recorder.end().orElse(null);
        if (byFrames != null) {
            return byFrames;
        }
        if (started && now - deadline >= 0) {
            return SessionEnd.asAsked(EndedBy.DURATION);
        }
        return asked.get();
    }

    private boolean endsBeforeNextDuty() {
        return started && deadline - now <= DUTY_INTERVAL.toNanos();
    }

    private Duration untilDeadline() {
        return Duration.ofNanos(Math.max(0, deadline - now))
                .plusMillis(1); // poll(2) counts whole milliseconds, rounded down
    }

    private void drain(long netns) {
        try {
            recorder.drain(netns);
        } catch (SourceLostException e) {
            TapCounters counted = forget(netns);
            listener.lost(netns, counted, String.valueOf(e.getMessage()));
        }
    }

    private TapCounters drainAndRemove(long netns) {
        drainLast(netns);
        TapCounters counted = forget(netns);
        publish();
        return counted;
    }

    private void drainLast(long netns) {
        try {
            recorder.drainLast(netns);
        } catch (SourceLostException e) {
            // What it held has been taken, and that is all that is wanted of it now.
            LOG.atDebug().addKeyValue("netns", netns).setCause(e).log("tap went away at its end");
        }
    }

    private TapCounters forget(long netns) {
        List<Source> rest = new ArrayList<>();
        for (Source source : sources) {
            if (source.netns() == netns) {
                poller.remove(source.fd());
            } else {
                rest.add(source);
            }
        }
        sources = List.copyOf(rest);
        return recorder.remove(netns);
    }

    private void finish() {
        commands.end();
        sources.forEach(source -> drainLast(source.netns()));
        recorder.close();
        publish();
    }

    private void publish() {
        report = new Report(recorder.total(), recorder.live(), recorder.authors());
    }

    private SessionEnd fault(RuntimeException e) {
        LOG.atError().addKeyValue("thread", name).setCause(e).log("capture thread failed");
        return SessionEnd.error(Reason.INTERNAL_ERROR, "The agent failed while it captured: " + e);
    }
}
