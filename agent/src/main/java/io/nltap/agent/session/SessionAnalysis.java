// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.analysis.LineFile;
import io.nltap.agent.analysis.LiveAnalysis;
import io.nltap.agent.evidence.PodSight;
import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.ClosedSegment;
import io.nltap.agent.frame.ProcessIdentity;
import io.nltap.agent.metrics.AgentCounter;
import io.nltap.agent.scope.Subject;
import io.nltap.agent.spool.SpoolSession;
import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.ArtifactKind;
import io.nltap.netlink.analysis.Hang;
import io.nltap.netlink.analysis.Settings;
import io.nltap.netlink.analysis.Summary;
import io.nltap.netlink.author.Party;
import io.nltap.netlink.change.Change;
import io.nltap.netlink.evidence.CaptureLosses;
import io.nltap.netlink.evidence.EvidenceSample;
import io.nltap.report.ChangeJson;
import io.nltap.report.EvidenceJson;
import io.nltap.report.SummaryJson;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a session finds out while it captures. It leaves in the spool what was seen beside the wire, each change, and what all
 * of it comes to; the latter again and again, so that not everything is lost with the agent.
 */
final class SessionAnalysis {
    private static final Logger LOG = LoggerFactory.getLogger(SessionAnalysis.class);
    private static final Duration BETWEEN_SUMMARIES = Duration.ofSeconds(5);
    private static final long LARGEST_FILE = 16 << 20;

    private final SessionOrder order;
    private final SpoolSession spool;
    private final SessionStages stages;
    private final Runnable changed;
    private final LineFile<EvidenceSample> evidence;
    private final LineFile<Change> changes;
    private final LiveAnalysis analysis;
    private final EvidenceWatches watches;
    private final Map<Long, PodSight> sights = new ConcurrentHashMap<>();
    private final AtomicLong closedMessages = new AtomicLong();
    private volatile AnalysisProgress progress = AnalysisProgress.NONE;
    private long nextSummary; // only of the thread that analyses

    private SessionAnalysis(SessionOrder order, SpoolSession spool, SessionStages stages, Runnable changed) {
        this.order = order;
        this.spool = spool;
        this.stages = stages;
        this.changed = changed;
        this.evidence =
                new LineFile<>(spool.files().part(ArtifactKind.EVIDENCE), EvidenceJson::line, LARGEST_FILE, spool);
        this.changes = new LineFile<>(spool.files().part(ArtifactKind.CHANGES), ChangeJson::line, LARGEST_FILE, spool);
        this.nextSummary = stages.nanoTime().getAsLong() + BETWEEN_SUMMARIES.toNanos();
        this.analysis = stages.analyses()
                .begin(
                        spool.directory(),
                        new Settings(
                                order.slowAfter().toNanos(), order.hungAfter().toNanos()),
                        this::isMine,
                        new Ears());
        this.watches = new EvidenceWatches(stages.evidence(), this::take);
    }

    /** @param changed is run after each change of {@link #progress}, on any thread; must not wait */
    static SessionAnalysis start(SessionOrder order, SpoolSession spool, SessionStages stages, Runnable changed) {
        return new SessionAnalysis(order, spool, stages, changed);
    }

    private void take(EvidenceSample sample) {
        evidence.accept(sample);
        analysis.accept(sample);
    }

    private boolean isMine(Party who) {
        return who.pid().isEmpty()
                || sights.values().stream()
                        .noneMatch(sight -> sight.isBystander(who.pid().getAsInt()));
    }

    /** A segment is whole, and may go from when this returns on. */
    void closed(ClosedSegment segment) {
        closedMessages.addAndGet(segment.messages());
        analysis.closed(segment);
    }

    /**
     * Looks beside the wire at what becomes of pods.
     *
     * @param name of the capture file's interface for the tap
     * @param shared whether others than the pods are in the network namespace
     */
    void watch(NetnsTap tap, String name, boolean shared, List<Subject> subjects, Supplier<CaptureLosses> losses)
            throws InterruptedException {
        PodSight sight = new PodSight(order.capture().namespace(), shared, order.stacks());
        sight.setProcesses(processes(subjects));
        sights.put(tap.netns(), sight);
        analysis.knowDevices(name, tap.ownDevices());
        watches.open(tap, name, sight, losses);
    }

    /**
     * What takes the notifications of a namespace that only exist because nltap listens.
     *
     * @param name of the capture file's interface for the tap
     */
    Overhearing overhearing(String name) {
        return Overhearing.of(name, analysis);
    }

    void setSubjects(long netns, List<Subject> subjects) {
        PodSight sight = sights.get(netns);
        if (sight != null) {
            sight.setProcesses(processes(subjects));
        }
    }

    /** Looks there no more. What was seen stays. To be called before the tap is closed. */
    void unwatch(NetnsTap tap) {
        watches.close(tap.netns());
        analysis.miss(tap.missed().getAsLong());
    }

    private static Predicate<ProcessIdentity> processes(List<Subject> subjects) {
        return process -> {
            Author.Process author = new Author.Process(process.pid(), process.comm(), process.container());
            return subjects.stream().anyMatch(subject -> subject.processes().include(author));
        };
    }

    /** A few seconds old; after {@link #finish}, final. */
    AnalysisProgress progress() {
        return progress;
    }

    /**
     * To be called when all segments are closed and nothing is watched any more. Waits for the rest of the analysis.
     *
     * @param lost datagrams that the kernel did not hand over
     * @return what is to be uploaded
     */
    List<Artifact> finish(long lost) throws InterruptedException {
        Summary summary = complete(analysis.finish(lost));
        long skipped =
                analysis.isWhole() ? 0 : closedMessages.get() - summary.totals().messages();
        progress = AnalysisProgress.of(summary, Math.max(0, skipped));
        List<Artifact> made = new ArrayList<>();
        try {
            evidence.close();
            changes.close();
            spool.files().rewrite(ArtifactKind.SUMMARY, SummaryJson.write(summary));
        } catch (IOException e) {
            warn("summary not written", e);
        }
        for (ArtifactKind kind : List.of(ArtifactKind.SUMMARY, ArtifactKind.CHANGES, ArtifactKind.EVIDENCE)) {
            try {
                spool.files().seal(kind).ifPresent(made::add);
            } catch (IOException e) {
                warn("%s cannot be uploaded".formatted(kind.extension()), e);
            }
        }
        stages.counters().add(AgentCounter.HANGS_FOUND, progress.counts().findings());
        changed.run();
        return made;
    }

    private Summary complete(Summary summary) {
        Summary whole = summary;
        if (evidence.omitted() > 0) {
            whole = whole.weaker("evidence.ndjson has no room for %,d looks beside the wire: the analysis has seen them"
                    .formatted(evidence.omitted()));
        }
        if (changes.omitted() > 0) {
            whole = whole.weaker(
                    "changes.ndjson has no room for %,d changes: they are counted here".formatted(changes.omitted()));
        }
        return whole;
    }

    private void warn(String what, IOException e) {
        LOG.atWarn().setCause(e).addKeyValue("capture", order.ref()).log(what);
    }

    /** What the analysis says, on its thread. */
    private final class Ears implements LiveAnalysis.Listener {
        @Override
        public void changed(Change change) {
            changes.accept(change);
        }

        @Override
        public void looked(List<Hang> open, Supplier<Summary> soFar) {
            long now = stages.nanoTime().getAsLong();
            if (now - nextSummary < 0) {
                return;
            }
            nextSummary = now + BETWEEN_SUMMARIES.toNanos();
            Summary summary = soFar.get();
            if (summary.toNanos() == 0) {
                return; // nothing has been captured yet
            }
            try {
                spool.files().rewrite(ArtifactKind.SUMMARY, SummaryJson.write(summary));
            } catch (IOException e) {
                warn("summary so far not written", e);
            }
            AnalysisProgress fresh = AnalysisProgress.of(summary, 0);
            if (!fresh.equals(progress)) {
                progress = fresh;
                changed.run();
            }
        }
    }
}
