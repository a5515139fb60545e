// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.analysis.OverheardSink;
import io.nltap.agent.evidence.NodeEvidence;
import io.nltap.agent.evidence.SightScope;
import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.frame.ClosedSegment;
import io.nltap.agent.frame.Confidence;
import io.nltap.agent.frame.DiskSpace;
import io.nltap.agent.frame.Reason;
import io.nltap.agent.frame.Tagging;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.NetNs;
import io.nltap.agent.linux.Poller;
import io.nltap.agent.redaction.Redaction;
import io.nltap.agent.scope.Scope;
import io.nltap.agent.scope.Subject;
import io.nltap.agent.segment.SegmentPlan;
import io.nltap.agent.segment.SegmentWriter;
import io.nltap.api.v1alpha1.Attributing;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.api.v1alpha1.Engine;
import io.nltap.api.v1alpha1.Filter;
import io.nltap.api.v1alpha1.ModuleState;
import io.nltap.netlink.evidence.CaptureLosses;
import io.nltap.netlink.evidence.EvidenceSample;
import io.nltap.netlink.pcapng.InterfaceDescription;
import io.nltap.netlink.pcapng.SectionHeader;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The engine of a session without anything around it: taps of this machine recorded into a directory. Made and closed by
 * one thread; {@link #progress} and {@link #stop} may be called by any.
 */
public final class LocalRecording implements AutoCloseable {
    private static final long SEALING_SECONDS = 60;

    /**
     * What to record, and where to.
     *
     * @param name of the threads
     * @param directory for files {@code 0.pcapng}, {@code 1.pcapng} and so on; must exist and have none of them
     * @param filter what of the traffic in scope is wanted
     * @param duration at most, from the first tap on
     * @param maxBytes of all files
     * @param maxMessages of all files; absent when unlimited
     * @param segmentBytes a file is closed before it gets larger; at least 1 MiB
     * @param segmentInterval a file is closed when its first frame is older than this
     * @param maxAuthors that are told apart in the counts
     * @param redaction of all that is written; used by no other recording
     */
    public record Plan(
            String name,
            Path directory,
            Filter filter,
            Duration duration,
            long maxBytes,
            OptionalLong maxMessages,
            long segmentBytes,
            Duration segmentInterval,
            int maxAuthors,
            Redaction redaction) {}

    /**
     * One network namespace to record.
     *
     * @param surroundings whether others than the subjects talk there
     * @param subjects whose traffic is wanted
     * @param label of the interface in the files, such as {@code host}
     * @param description of the interface in the files; may be empty
     */
    public record Place(Scope.Surroundings surroundings, List<Subject> subjects, String label, String description) {}

    /**
     * What is seen beside the wire.
     *
     * @param sink is called by another thread, about once a second for each namespace; must not wait long
     * @param overheard takes notifications that only exist because this process listens
     */
    public record Beside(NodeEvidence evidence, Consumer<EvidenceSample> sink, OverheardSink overheard) {}

    /**
     * @param frames datagrams written
     * @param messages in those datagrams
     */
    public record Written(long frames, long messages) {}

    /**
     * How far a recording is.
     *
     * @param total of all namespaces
     * @param byAuthor the first authors of what was written, as many as asked for
     * @param otherAuthors all later ones together
     * @param byConfidence datagrams written
     */
    public record Progress(
            Counters total, Map<Author, Written> byAuthor, Written otherAuthors, Map<Confidence, Long> byConfidence) {}

    private final Plan plan;
    private final NodeTaps taps;
    private final int ownPid;
    private final Recorder recorder;
    private final CaptureThread thread;
    private final ExecutorService sealer;
    private final Map<Long, NetnsTap> open = new LinkedHashMap<>();
    private final Optional<EvidenceWatches> watches;
    private final Optional<Beside> beside;
    private final AttributionNote attribution = new AttributionNote();
    private final CompletableFuture<SessionEnd> ended = new CompletableFuture<>();
    private final ConcurrentLinkedQueue<ClosedSegment> segments = new ConcurrentLinkedQueue<>();
    private Optional<Engine> engine = Optional.empty();

    private LocalRecording(
            Plan plan,
            NodeTaps taps,
            Optional<Beside> beside,
            int ownPid,
            SectionHeader section,
            Clock clock,
            LongSupplier nanoTime,
            Poller poller) {
        this.plan = plan;
        this.taps = taps;
        this.beside = beside;
        this.watches = beside.map(it -> new EvidenceWatches(it.evidence(), it.sink()));
        this.ownPid = ownPid;
        this.sealer = Executors.newSingleThreadExecutor(task -> {
            Thread sealing = new Thread(task, "seal-" + plan.name());
            sealing.setDaemon(true);
            return sealing;
        });
        SegmentPlan files = new SegmentPlan(plan.directory(), 0, plan.segmentBytes(), plan.segmentInterval(), section);
        SegmentWriter writer = new SegmentWriter(files, DiskSpace.WHOLE, clock, sealer, segments::add);
        this.recorder = new Recorder(
                writer,
                new LimitGuard(plan.maxBytes(), plan.maxMessages()),
                new AuthorCounts(plan.maxAuthors()),
                plan.redaction());
        this.thread =
                new CaptureThread("capture-" + plan.name(), recorder, poller, nanoTime, plan.duration(), new Ears());
    }

    /**
     * Begins to record nothing: {@link #open} adds what is to be recorded.
     *
     * @param beside what is to look beside the wire, if anything is; belongs to the caller, and must be there until this is
     *     closed
     * @param ownPid of this process, in the first PID namespace
     * @param section the first block of each file
     * @param nanoTime monotonic, as {@link System#nanoTime}
     * @throws IllegalArgumentException when the filter is none; says what is wrong with it
     */
    public static LocalRecording start(
            Plan plan,
            NodeTaps taps,
            Optional<Beside> beside,
            int ownPid,
            SectionHeader section,
            Clock clock,
            LongSupplier nanoTime)
            throws CaptureException {
        FilterReading.of(plan.filter(), "");
        Poller poller;
        try {
            poller = Poller.open();
        } catch (KernelException e) {
            throw new CaptureException(Reason.KERNEL_REFUSED, "cannot wait for frames: " + e.getMessage(), e);
        }
        LocalRecording recording = new LocalRecording(plan, taps, beside, ownPid, section, clock, nanoTime, poller);
        recording.thread.start();
        return recording;
    }

    /**
     * Taps the network namespace of a process, unless this recording does so already.
     *
     * @param pid in the numbering of the /proc that the taps were made with
     * @return inode of the namespace
     */
    public long open(int pid, Place place) throws CaptureException, InterruptedException {
        NetnsTap tap = taps.open(pid, beside.isPresent());
        if (open.containsKey(tap.netns())) {
            tap.close();
            setSubjects(tap.netns(), place.subjects());
            return tap.netns();
        }
        add(tap, place);
        return tap.netns();
    }

    /** How one namespace is tapped. */
    public record TapFacts(long netns, Engine engine, ModuleState module, Tagging tagging) {}

    /**
     * Taps a network namespace, in which there need be no process. To be called once for each.
     *
     * @param namespace stays the caller's; the tap keeps it alive until {@link #close(long)}
     */
    public TapFacts open(NetNs namespace, Place place) throws CaptureException, InterruptedException {
        NetnsTap tap = taps.open(namespace, beside.isPresent());
        add(tap, place);
        return new TapFacts(tap.netns(), tap.engine(), tap.module(), tap.tagging());
    }

    /** Takes what the tap of a namespace still holds, and gives it up. */
    public void close(long netns) throws InterruptedException {
        NetnsTap tap = open.get(netns);
        if (tap != null) {
            watches.ifPresent(each -> each.close(netns));
            thread.remove(netns);
            open.remove(netns);
            tellMissed(tap);
            tap.close();
        }
    }

    private void add(NetnsTap tap, Place place) throws InterruptedException {
        open.put(tap.netns(), tap);
        attribution.note(tap);
        engine = Optional.of(tap.engine());
        Scope scope = new Scope(
                place.surroundings(), FilterReading.of(plan.filter(), ""), tap.listeners(), ownPid, tap.ownGroups());
        thread.add(
                tap.netns(),
                tap.feed(),
                scope,
                place.subjects(),
                new InterfaceDescription(place.label(), place.description(), "Linux netlink (nlmon)"),
                beside.map(it -> Overhearing.of(place.label(), it.overheard())).orElse(Overhearing.NOBODY));
        beside.ifPresent(it -> it.overheard().knowDevices(place.label(), tap.ownDevices()));
        if (watches.isPresent()) {
            watches.get().open(tap, place.label(), SightScope.EVERYTHING, () -> losses(tap.netns()));
        }
    }

    private CaptureLosses losses(long netns) {
        return thread.report().live().getOrDefault(netns, TapCounters.ZERO).losses();
    }

    /** Whose traffic is wanted there, from now on; in force within a second, as a rule at once. */
    public void setSubjects(long netns, List<Subject> subjects) {
        thread.setSubjects(netns, subjects);
    }

    /** How this machine tells whose frames are; empty before the first tap. */
    public Optional<Attributing> attribution() {
        return attribution.worst();
    }

    /** What reads the frames; empty before the first tap. */
    public Optional<Engine> engine() {
        return engine;
    }

    /** At most a second old; after the end, final. */
    public Progress progress() {
        CaptureThread.Report report = thread.report();
        Map<Author, Written> authors = new LinkedHashMap<>();
        report.authors().byAuthor().forEach((author, count) -> authors.put(author, written(count)));
        return new Progress(
                report.total(),
                authors,
                written(report.authors().others()),
                report.authors().byConfidence());
    }

    private static Written written(AuthorCounts.Count count) {
        return new Written(count.frames(), count.messages());
    }

    /** Files that are whole, in order. */
    public List<ClosedSegment> segments() {
        return List.copyOf(segments);
    }

    /** Ends the recording, unless it has ended. */
    public void stop() {
        thread.end(SessionEnd.asAsked(EndedBy.STOP));
    }

    /** Waits for the end. @return empty when it has not ended by then */
    public Optional<SessionEnd> await(Duration timeout) throws InterruptedException {
        try {
            return Optional.of(ended.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes it with an exception", e);
        }
    }

    /**
     * Ends the recording if it has not ended, and closes the last file: nothing is read from the taps any more. They stay until
     * {@link #close}, for the kernel may keep whoever takes a device away waiting for long.
     *
     * @return what ended it, or what went wrong while the last files were closed
     */
    public SessionEnd finish() throws InterruptedException {
        watches.ifPresent(EvidenceWatches::closeAll);
        stop();
        try {
            SessionEnd end = ended.get();
            sealer.shutdown();
            if (!sealer.awaitTermination(SEALING_SECONDS, TimeUnit.SECONDS)) {
                return SessionEnd.error(
                        Reason.DISK_ERROR,
                        "the disk did not take the last files in %s within %d seconds"
                                .formatted(plan.directory(), SEALING_SECONDS));
            }
            open.values().forEach(this::tellMissed);
            return end.problem().isPresent() ? end : recorder.failure().orElse(end);
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes it with an exception", e);
        }
    }

    /** Closes the taps, and leaves the machine as it was. What was not finished is given up. */
    @Override
    public void close() {
        stop();
        watches.ifPresent(EvidenceWatches::closeAll);
        ended.join(); // until then frames are being read from the taps
        sealer.shutdown();
        open.values().forEach(NetnsTap::close);
        open.clear();
    }

    private void tellMissed(NetnsTap tap) {
        beside.ifPresent(it -> it.overheard().miss(tap.missed().getAsLong()));
    }

    private final class Ears implements CaptureThread.Listener {
        @Override
        public void lost(long netns, TapCounters counted, String why) {
            thread.end(SessionEnd.error(Reason.NETWORK_NAMESPACE_GONE, why));
        }

        @Override
        public void ended(SessionEnd end) {
            ended.complete(end);
        }
    }
}
