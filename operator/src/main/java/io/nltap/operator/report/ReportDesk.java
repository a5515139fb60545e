// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.report;

import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.operator.status.CaptureReports;
import io.nltap.operator.status.ReportState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has reports made, one at a time, on a thread of its own. A store that cannot be used is asked again for a while. */
public final class ReportDesk implements CaptureReports, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReportDesk.class);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(10);
    private static final int MOST_REMEMBERED = 1000;

    private static final class Entry {
        private final Instant since;
        private ReportState state = new ReportState.Pending();
        private boolean busy;
        private Instant notBefore;

        Entry(Instant since) {
            this.since = since;
            this.notBefore = since;
        }
    }

    private final CaptureReporter reporter;
    private final Clock clock;
    private final ExecutorService worker;
    private final Map<CaptureRef, Entry> entries = new LinkedHashMap<>(); // guarded by this

    ReportDesk(CaptureReporter reporter, Clock clock) {
        this.reporter = reporter;
        this.clock = clock;
        this.worker = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "report");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public synchronized ReportState of(NetlinkCapture capture, List<NodeCapture> orders) {
        CaptureRef ref = new CaptureRef(
                capture.getMetadata().getNamespace(),
                capture.getMetadata().getName(),
                capture.getMetadata().getUid());
        Instant now = clock.instant();
        Entry entry = entries.computeIfAbsent(ref, key -> new Entry(now));
        if (entry.state instanceof ReportState.Pending && !entry.busy && !now.isBefore(entry.notBefore)) {
            entry.busy = true;
            ReportOrder order = ReportOrder.of(ref, capture.getSpec().output().store(), orders);
            worker.execute(() -> make(order, entry));
        }
        forgetOld();
        return entry.state;
    }

    private void make(ReportOrder order, Entry entry) {
        ReportState state;
        try {
            state = reporter.make(order);
        } catch (RuntimeException e) { // of one capture; others are to have theirs
            LOG.atError().setCause(e).addKeyValue("capture", order.capture()).log("report failed");
            state = new ReportState.Failed(
                    "the operator failed while it made it: %s; its log has the details".formatted(e));
        }
        settle(order, entry, state);
    }

    private synchronized void settle(ReportOrder order, Entry entry, ReportState state) {
        Instant now = clock.instant();
        entry.busy = false;
        boolean again = state instanceof ReportState.Failed && now.isBefore(entry.since.plus(PATIENCE));
        if (again) {
            entry.notBefore = now.plus(BETWEEN_ATTEMPTS);
        } else {
            entry.state = state;
        }
        String why = state instanceof ReportState.Failed failed ? failed.why() : "";
        LOG.atInfo()
                .addKeyValue("capture", order.capture())
                .addKeyValue("nodes", order.nodes().size())
                .addKeyValue("problem", why)
                .log(why.isEmpty() ? "report stored" : "report not stored");
    }

    private void forgetOld() {
        Iterator<Entry> eldest = entries.values().iterator();
        while (entries.size() > MOST_REMEMBERED && eldest.hasNext()) {
            if (!eldest.next().busy) {
                eldest.remove();
            }
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
