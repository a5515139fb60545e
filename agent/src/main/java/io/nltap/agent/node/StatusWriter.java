// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import io.nltap.agent.metrics.AgentCounter;
import io.nltap.agent.metrics.AgentCounters;
import io.nltap.agent.node.NodeCaptureStore.Outcome;
import io.nltap.agent.node.NodeCaptureStore.UnreachableException;
import io.nltap.agent.session.NodeCaptureRef;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings statuses to the API server on a thread of its own, so that no session ever waits for it. Of each NodeCapture
 * only the newest status counts; it is written at most once a second, but at once when the phase has changed, and again
 * and again until that works.
 */
final class StatusWriter {
    private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
    private static final long INTERVAL = Duration.ofSeconds(1).toNanos();
    private static final long FIRST_RETRY = Duration.ofMillis(500).toNanos();
    private static final int MAX_DOUBLINGS = 6;

    private final NodeCaptureStore store;
    private final LongSupplier nanoTime;
    private final AgentCounters counters;
    private final Map<NodeCaptureRef, Entry> entries = new HashMap<>();
    private boolean hurried;
    private boolean closed;

    /** What is to be written of one NodeCapture. */
    private static final class Entry {
        private @Nullable NodeCaptureStatus wanted;
        private @Nullable NodeCaptureStatus written;
        private boolean release;
        private boolean released;
        private long notBefore;
        private int failures;
        private boolean busy;

        boolean hasWork() {
            return !busy && ((wanted != null && !wanted.equals(written)) || (release && !released));
        }

        boolean isNewPhase() {
            return wanted != null && (written == null || wanted.phase() != written.phase());
        }
    }

    /** @param nanoTime monotonic, as {@link System#nanoTime} */
    StatusWriter(NodeCaptureStore store, LongSupplier nanoTime, AgentCounters counters) {
        this.store = store;
        this.nanoTime = nanoTime;
        this.counters = counters;
    }

    void start() {
        Thread thread = new Thread(this::run, "status");
        thread.setDaemon(true);
        thread.start();
    }

    synchronized void write(NodeCaptureRef ref, NodeCaptureStatus status) {
        Entry entry = entry(ref);
        if (!entry.release) {
            entry.wanted = status;
            notifyAll();
        }
    }

    /** This is the last status: once it is written, the finalizer goes. */
    synchronized void finish(NodeCaptureRef ref, NodeCaptureStatus status) {
        Entry entry = entry(ref);
        entry.wanted = status;
        entry.release = true;
        notifyAll();
    }

    /** The status is final already; the finalizer goes. */
    synchronized void release(NodeCaptureRef ref) {
        entry(ref).release = true;
        notifyAll();
    }

    /** There is no such NodeCapture any more. */
    synchronized void forget(NodeCaptureRef ref) {
        entries.remove(ref);
    }

    /** Tries at once to write what is not written yet, and waits for that. @return whether everything is written */
    synchronized boolean flush(Duration timeout) throws InterruptedException {
        hurried = true;
        notifyAll();
        long deadline = System.nanoTime() + timeout.toNanos();
        while (entries.values().stream().anyMatch(entry -> entry.busy || entry.hasWork())) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000 + 1);
        }
        return true;
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }

    private Entry entry(NodeCaptureRef ref) {
        return entries.computeIfAbsent(ref, key -> new Entry());
    }

    private void run() {
        try {
            for (Optional<NodeCaptureRef> next = next(); next.isPresent(); next = next()) {
                work(next.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Optional<NodeCaptureRef> next() throws InterruptedException {
        while (!closed) {
            long now = nanoTime.getAsLong();
            OptionalLong soonest = OptionalLong.empty();
            for (Map.Entry<NodeCaptureRef, Entry> each : entries.entrySet()) {
                Entry entry = each.getValue();
                if (entry.hasWork()) {
                    long wait = waitOf(entry, now);
                    if (wait <= 0) {
                        entry.busy = true;
                        return Optional.of(each.getKey());
                    }
                    soonest = OptionalLong.of(Math.min(wait, soonest.orElse(wait)));
                }
            }
            if (soonest.isPresent()) {
                wait(soonest.getAsLong() / 1_000_000 + 1);
            } else {
                wait();
            }
        }
        return Optional.empty();
    }

    private long waitOf(Entry entry, long now) {
        boolean atOnce = entry.failures == 0 && (hurried || entry.release || entry.isNewPhase());
        return atOnce ? 0 : entry.notBefore - now;
    }

    private void work(NodeCaptureRef ref) {
        NodeCaptureStatus status;
        boolean release;
        synchronized (this) {
            Entry entry = entry(ref);
            status = entry.wanted == null || entry.wanted.equals(entry.written) ? null : entry.wanted;
            release = entry.release;
        }
        try {
            Outcome outcome = status == null ? Outcome.DONE : store.writeStatus(ref, status);
            counters.add(AgentCounter.STATUS_WRITES, status == null ? 0 : 1);
            if (outcome == Outcome.DONE && release) {
                outcome = store.removeFinalizer(ref);
            }
            done(ref, status, release, outcome);
        } catch (UnreachableException e) {
            failed(ref, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("capture", ref).log("status writer failed");
            failed(ref, e.toString());
        }
    }

    private synchronized void done(
            NodeCaptureRef ref, @Nullable NodeCaptureStatus status, boolean released, Outcome outcome) {
        Entry entry = entry(ref);
        entry.busy = false;
        entry.failures = 0;
        entry.notBefore = nanoTime.getAsLong() + INTERVAL;
        if (outcome == Outcome.GONE) {
            entries.remove(ref);
        } else {
            entry.written = status == null ? entry.written : status;
            entry.released |= released;
            if (entry.released && !entry.hasWork()) {
                entries.remove(ref);
            }
        }
        notifyAll();
    }

    private synchronized void failed(NodeCaptureRef ref, String why) {
        counters.increment(AgentCounter.STATUS_WRITES_FAILED);
        Entry entry = entry(ref);
        entry.busy = false;
        entry.notBefore = nanoTime.getAsLong() + (FIRST_RETRY << Math.min(entry.failures, MAX_DOUBLINGS));
        entry.failures++;
        LOG.atWarn()
                .addKeyValue("capture", ref)
                .addKeyValue("attempts", entry.failures)
                .addKeyValue("why", why)
                .log("status not written, will be tried again");
        notifyAll();
    }
}
