// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.frame.Reason;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.Poller;
import io.nltap.agent.redaction.Redaction;
import io.nltap.agent.segment.SegmentPlan;
import io.nltap.agent.segment.SegmentWriter;
import io.nltap.agent.spool.SpoolOrder;
import io.nltap.agent.spool.SpoolSession;
import io.nltap.api.v1alpha1.RedactionMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** What a session has from its first tap on: a place in the spool, and the threads that read, seal and upload. */
final class Recording {
    private static final long SEALING_SECONDS = 60;
    private static final long DISK_FULL_BYTES = 64 * 1024;

    private final SpoolSession spool;
    private final SegmentUploads uploads;
    private final ExecutorService sealer;
    private final Recorder recorder;
    private final CaptureThread thread;
    private final SessionAnalysis analysis;

    private Recording(
            SpoolSession spool,
            SegmentUploads uploads,
            ExecutorService sealer,
            Recorder recorder,
            CaptureThread thread,
            SessionAnalysis analysis) {
        this.spool = spool;
        this.uploads = uploads;
        this.sealer = sealer;
        this.recorder = recorder;
        this.thread = thread;
        this.analysis = analysis;
    }

    /** @param changed is run after each change in the progress of uploads and of the analysis */
    static Recording start(SessionOrder order, SessionStages stages, CaptureThread.Listener listener, Runnable changed)
            throws CaptureException {
        SpoolSession spool = begin(order, stages);
        Poller poller = openPoller(spool);
        String name = order.ref().name();
        SegmentUploads uploads = new SegmentUploads(
                "upload-" + name, spool, order.gateway(), stages.uploader(), stages.counters(), changed);
        ExecutorService sealer = Executors.newSingleThreadExecutor(task -> {
            Thread sealing = new Thread(task, "seal-" + name);
            sealing.setDaemon(true);
            return sealing;
        });
        SegmentPlan plan =
                new SegmentPlan(spool.directory(), 0, order.segmentBytes(), order.segmentInterval(), stages.section());
        SessionAnalysis analysis = SessionAnalysis.start(order, spool, stages, changed);
        SegmentWriter writer = new SegmentWriter(plan, spool, stages.clock(), sealer, segment -> {
            analysis.closed(segment); // before it is packed, and its file goes
            uploads.pack(segment);
        });
        Recorder recorder = new Recorder(
                writer,
                new LimitGuard(order.maxBytes(), order.maxMessages()),
                new AuthorCounts(0),
                order.redaction() == RedactionMode.NONE
                        ? Redaction.NONE
                        : stages.families().openRedaction());
        CaptureThread thread =
                new CaptureThread("capture-" + name, recorder, poller, stages.nanoTime(), order.duration(), listener);
        uploads.start();
        thread.start();
        return new Recording(spool, uploads, sealer, recorder, thread, analysis);
    }

    private static SpoolSession begin(SessionOrder order, SessionStages stages) throws CaptureException {
        SpoolOrder spoolOrder = new SpoolOrder(
                order.ref().uid(),
                order.ref().namespace(),
                order.ref().name(),
                order.capture(),
                order.node(),
                order.gateway().toString(),
                order.compression(),
                order.format());
        try {
            return stages.spool().begin(spoolOrder);
        } catch (IOException e) {
            boolean full = usableBytes(stages.spool().root()) < DISK_FULL_BYTES;
            throw new CaptureException(
                    full ? Reason.SPOOL_FULL : Reason.DISK_ERROR,
                    "cannot make room for the capture in the spool: %s. Free space on the node's disk, or repair it"
                            .formatted(e),
                    e);
        }
    }

    private static long usableBytes(Path root) {
        try {
            return Files.getFileStore(root).getUsableSpace();
        } catch (IOException e) {
            return Long.MAX_VALUE; // cannot say, so not known to be full
        }
    }

    private static Poller openPoller(SpoolSession spool) throws CaptureException {
        try {
            return Poller.open();
        } catch (KernelException e) {
            CaptureException refusal =
                    new CaptureException(Reason.KERNEL_REFUSED, "cannot wait for frames: " + e.getMessage(), e);
            try {
                spool.finish();
            } catch (IOException more) {
                refusal.addSuppressed(more);
            }
            throw refusal;
        }
    }

    CaptureThread thread() {
        return thread;
    }

    SessionAnalysis analysis() {
        return analysis;
    }

    SegmentUploads uploads() {
        return uploads;
    }

    SpoolSession spool() {
        return spool;
    }

    /**
     * Waits, once the capture thread has ended, until every segment is sealed and packed and all of them are analysed; no file
     * will follow.
     *
     * @return what went wrong with that, if anything has
     */
    Optional<SessionEnd> seal() throws InterruptedException {
        sealer.shutdown();
        boolean sealed = sealer.awaitTermination(SEALING_SECONDS, TimeUnit.SECONDS);
        analysis.finish(thread.report().total().dropped()).stream()
                .map(Sending.OfFile::new)
                .forEach(uploads::add);
        uploads.complete();
        if (!sealed) {
            return Optional.of(SessionEnd.error(
                    Reason.DISK_ERROR,
                    "the node's disk did not take the last segments in %s within %d seconds"
                            .formatted(spool.directory(), SEALING_SECONDS)));
        }
        return recorder.failure();
    }
}
