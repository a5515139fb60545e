// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.frame.ClosedSegment;
import io.nltap.agent.metrics.AgentCounter;
import io.nltap.agent.metrics.AgentCounters;
import io.nltap.agent.spool.SpoolSession;
import io.nltap.agent.upload.Upload;
import io.nltap.agent.upload.UploadAnswer;
import io.nltap.agent.upload.Uploader;
import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.api.v1alpha1.Segment;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the files of one session to the store, one after the other, on a thread of its own. It does not give up by itself:
 * only the gateway can refuse a file for good, and only {@link #stop} ends it before all are settled.
 */
final class SegmentUploads {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentUploads.class);

    private final String name;
    private final SpoolSession spool;
    private final URI gateway;
    private final Uploader uploader;
    private final AgentCounters counters;
    private final Runnable changed;

    private final Queue<Sending> queue = new ArrayDeque<>();
    private final Map<String, String> refused = new HashMap<>();
    private int waiting;
    private boolean complete;
    private boolean stopped;
    private Optional<String> delay = Optional.empty();
    private @Nullable Thread thread;

    /** @param changed is run after each change of {@link #progress}, on any thread; must not wait */
    SegmentUploads(
            String name, SpoolSession spool, URI gateway, Uploader uploader, AgentCounters counters, Runnable changed) {
        this.name = name;
        this.spool = spool;
        this.gateway = gateway;
        this.uploader = uploader;
        this.counters = counters;
        this.changed = changed;
    }

    synchronized void start() {
        Thread uploading = new Thread(this::run, name);
        uploading.setDaemon(true);
        thread = uploading;
        uploading.start();
    }

    /** Packs a segment, on the calling thread, and has it uploaded. */
    void pack(ClosedSegment closed) {
        counters.increment(AgentCounter.SEGMENTS_CLOSED);
        synchronized (this) {
            waiting++;
        }
        try {
            Segment packed = spool.pack(closed);
            synchronized (this) {
                queue.add(new Sending.OfSegment(packed));
                notifyAll();
            }
            changed.run();
        } catch (IOException e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("capture", spool.order().name())
                    .addKeyValue("segment", closed.number())
                    .log("segment cannot be read");
            settle(
                    Sending.OfSegment.name(closed.number()),
                    "it cannot be read from the node's disk: " + e.getMessage());
        }
    }

    /** Uploads what is packed, or sealed, already. */
    synchronized void add(Sending sending) {
        waiting++;
        queue.add(sending);
        notifyAll();
    }

    /** No more files will come. */
    synchronized void complete() {
        complete = true;
        notifyAll();
    }

    /** Gives up for now: what is not in the store stays in the spool. */
    synchronized void stop() {
        stopped = true;
        if (thread != null) {
            thread.interrupt();
        }
        notifyAll();
    }

    synchronized UploadProgress progress() {
        return new UploadProgress(waiting, refused, delay);
    }

    private void run() {
        try {
            for (Sending next = next(); next != null; next = next()) {
                upload(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("capture", spool.order().name())
                    .log("upload thread failed");
            giveUp("the agent failed while it uploaded: " + e);
        }
    }

    private synchronized @Nullable Sending next() throws InterruptedException {
        while (queue.isEmpty() && !complete && !stopped) {
            wait();
        }
        return stopped ? null : queue.poll();
    }

    private void upload(Sending sending) throws InterruptedException {
        for (Artifact file : sending.files()) {
            if (!upload(sending, file)) {
                return;
            }
        }
        confirm(sending);
    }

    /** @return whether the store has it */
    private boolean upload(Sending sending, Artifact file) throws InterruptedException {
        ArtifactKey key = ArtifactKey.parse(file.key()).orElseThrow();
        Upload upload = new Upload(gateway, key, spool.file(file.key()), file.size(), file.sha256());
        UploadAnswer answer = uploader.upload(
                upload, Instant.MAX, (of, attempts, why, wait) -> willRetry(of, sending.name(), attempts, why, wait));
        if (answer instanceof UploadAnswer.Refused no) {
            LOG.atError()
                    .addKeyValue("capture", spool.order().name())
                    .addKeyValue("file", key)
                    .addKeyValue("why", no.why())
                    .log("file refused");
            settle(sending.name(), no.why());
        }
        return answer instanceof UploadAnswer.Stored;
    }

    private void confirm(Sending sending) {
        try {
            sending.confirm(spool);
        } catch (IOException e) {
            // It is in the store, and that is what counts; at worst a next agent uploads it once more.
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("capture", spool.order().name())
                    .addKeyValue("file", sending.name())
                    .log("stored file could not be removed from the spool");
        }
        Artifact first = sending.files().get(0);
        if (sending instanceof Sending.OfSegment) {
            counters.increment(AgentCounter.SEGMENTS_STORED);
        }
        LOG.atInfo()
                .addKeyValue("capture", spool.order().name())
                .addKeyValue("file", first.key())
                .addKeyValue("size", first.size())
                .log("file stored");
        synchronized (this) {
            waiting--;
            delay = Optional.empty();
        }
        changed.run();
    }

    private void willRetry(Upload upload, String name, int attempts, String why, Duration wait) {
        counters.increment(AgentCounter.UPLOADS_RETRIED);
        LOG.atWarn()
                .addKeyValue("file", upload.key())
                .addKeyValue("attempts", attempts)
                .addKeyValue("why", why)
                .addKeyValue("waitMillis", wait.toMillis())
                .log("upload failed, will be tried again");
        synchronized (this) {
            delay = Optional.of("%s could not be uploaded yet, after %d attempts: %s".formatted(name, attempts, why));
        }
        changed.run();
    }

    private void settle(String name, String why) {
        counters.increment(AgentCounter.SEGMENTS_GIVEN_UP);
        synchronized (this) {
            waiting--;
            refused.put(name, why);
            delay = Optional.empty();
        }
        changed.run();
    }

    private void giveUp(String why) {
        List<Sending> left = new ArrayList<>();
        spool.segments().stream()
                .filter(segment -> !segment.stored())
                .map(Sending.OfSegment::new)
                .forEach(left::add);
        spool.files().waiting().stream().map(Sending.OfFile::new).forEach(left::add);
        for (Sending each : left) {
            if (!progress().refused().containsKey(each.name())) {
                settle(each.name(), why);
            }
        }
    }
}
