// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.author.Party;
import io.nltap.netlink.change.Change;
import io.nltap.netlink.change.ChangeLog;
import io.nltap.netlink.dialog.Dialog;
import io.nltap.netlink.dialog.DialogListener;
import io.nltap.netlink.dialog.DialogTracker;
import io.nltap.netlink.dialog.Notice;
import io.nltap.netlink.dialog.TrackerCounts;
import io.nltap.netlink.evidence.EvidenceSample;
import io.nltap.netlink.message.KernelNames;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Analyses one capture while it runs, or from its files: packets and samples go in as they come, in the order of their
 * times as far as can be; what hangs can be asked for at any time, and what all of it comes to, at the end. Its memory is
 * bounded, and it makes few objects for a packet. Used by one thread.
 */
public final class Analysis {
    private final EvidenceHistory evidence = new EvidenceHistory();
    private final HangLog log = new HangLog();
    private final Tally tally;
    private final RepeatWatch repeats;
    private final ChangeLog changes;
    private final DialogTracker tracker;
    private final Diagnosis diagnosis;
    private final Map<String, ChangeCount> changeCounts = new LinkedHashMap<>();
    private long skipped;
    private long lost;
    private long missedOverheard;
    private long now;
    private boolean isOver;

    /** @param changed is told each change, once, as soon as it is known to have succeeded */
    public Analysis(Settings settings, Consumer<Change> changed) {
        this.tally = new Tally(settings);
        this.repeats = new RepeatWatch(evidence, log);
        this.changes = new ChangeLog(change -> {
            count(change);
            changed.accept(change);
        });
        this.tracker = new DialogTracker(new DialogListener() {
            @Override
            public void opened(Dialog dialog) {
                changes.opened(dialog);
            }

            @Override
            public void closed(Dialog dialog) {
                tally.closed(dialog);
                repeats.closed(dialog);
                changes.closed(dialog);
                if (dialog.state() != Dialog.State.UNANSWERED) {
                    log.ended(dialog, dialog.lastNanos());
                }
            }

            @Override
            public void notified(Notice notice) {
                changes.notified(notice);
            }
        });
        this.diagnosis = new Diagnosis(tracker, evidence, settings);
    }

    public void accept(CapturedPacket packet) {
        tracker.accept(packet);
    }

    /** A notification that is not in the capture: only what it says was changed is of interest. */
    public void overhear(CapturedPacket packet) {
        tracker.overhear(packet);
    }

    /**
     * Which devices of a namespace are nltap's, so that nothing is told of them as changes. Those that come later are known by
     * their names.
     *
     * @param netns name of the capture file's interface for the namespace
     * @param indexes interface indexes
     */
    public void knowTaps(String netns, Set<Integer> indexes) {
        changes.knowTaps(netns, indexes);
    }

    /** Likewise, so many for which there was no room. */
    public void missOverheard(long notifications) {
        missedOverheard += notifications;
    }

    /** What was seen beside the wire. Then it is also found out what hangs: see {@link #findings}. */
    public void accept(EvidenceSample sample) {
        tracker.advance(sample.timeNanos());
        evidence.accept(sample);
        diagnose(sample.timeNanos());
    }

    /** The time goes on, though nothing comes. */
    public void advance(long nowNanos) {
        now = Math.max(now, nowNanos);
        tracker.advance(nowNanos);
    }

    /** Packets that are no netlink, and datagrams that the capture lost. */
    public void miss(long noNetlink, long lostDatagrams) {
        skipped += noNetlink;
        lost += lostDatagrams;
    }

    /**
     * What hangs at this moment.
     *
     * @param nowNanos since the epoch, by the clock that stamps the packets
     */
    public List<Hang> findings(long nowNanos) {
        advance(nowNanos);
        diagnose(nowNanos);
        return log.open();
    }

    /** What the whole capture comes to. Nothing can be added afterwards. */
    public Summary summary() {
        if (!isOver) {
            isOver = true;
            diagnose(latestNanos());
            tracker.end();
            changes.end();
        }
        return soFar();
    }

    private long latestNanos() {
        return Math.max(now, Math.max(tracker.counts().lastNanos(), evidence.latestNanos()));
    }

    /** What the capture comes to until now, but for requests that are still open; more can be added. */
    public Summary soFar() {
        TrackerCounts counts = tracker.counts();
        List<Omission> omissions = new ArrayList<>(tally.omissions());
        Tally.add(omissions, "open requests", counts.omittedDialogs());
        Tally.add(omissions, "speakers", counts.omittedSpeakers());
        Tally.add(omissions, "requests to be looked at for changes", counts.omittedBodies());
        Tally.add(omissions, "hangs", log.omitted());
        Tally.add(omissions, "notifications that nobody else heard", missedOverheard);
        Tally.add(omissions, "rows, holders and threads beside the wire", evidence.omitted());
        omissions.addAll(changes.omissions().entrySet().stream()
                .map(each -> new Omission(each.getKey(), each.getValue()))
                .toList());
        return new Summary(
                counts.firstNanos(),
                latestNanos(),
                List.copyOf(tracker.netnsNames()),
                new Totals(
                        counts.datagrams(),
                        counts.messages(),
                        counts.bytes(),
                        counts.requests(),
                        counts.answered(),
                        counts.failed(),
                        counts.unowed(),
                        counts.unanswered(),
                        counts.answersOfNobody(),
                        counts.notifications(),
                        counts.notificationCopies(),
                        counts.malformed(),
                        skipped,
                        lost),
                evidence.samples(),
                weaker(counts),
                log.hangs(),
                log.doubts(),
                tally.kinds(),
                tally.slow(),
                tally.failures(),
                overruns(),
                tally.talkers(),
                tally.timeline(),
                List.copyOf(changeCounts.values()),
                omissions);
    }

    private void diagnose(long now) {
        List<Verdict> verdicts = new ArrayList<>(diagnosis.at(now));
        verdicts.addAll(repeats.at(now));
        log.update(verdicts, now);
    }

    private void count(Change change) {
        changeCounts.merge(
                change.kind(),
                new ChangeCount(
                        change.kind(),
                        change.action() == Change.Action.ADDED ? 1 : 0,
                        change.action() == Change.Action.CHANGED ? 1 : 0,
                        change.action() == Change.Action.REMOVED ? 1 : 0),
                ChangeCount::plus);
    }

    private List<String> weaker(TrackerCounts counts) {
        List<String> weaker = new ArrayList<>();
        if (counts.datagrams() == 0) {
            return weaker;
        }
        if (evidence.isEmpty()) {
            weaker.add(
                    "evidence is weaker because nothing was seen beside the wire: no samples of sockets and threads");
        }
        if (counts.withoutDirection() == counts.datagrams()) {
            weaker.add(
                    "evidence is weaker because the file does not tell which way datagrams went: flags and types had to"
                            + " do, and notifications may be taken for answers");
        }
        if (counts.withoutAuthor() * 2 > counts.datagrams()) {
            weaker.add("evidence is weaker because the file does not tell whose most datagrams are: requests are told"
                    + " apart by port and number only");
        }
        if (lost > 0) {
            weaker.add("evidence is weaker because the capture lost datagrams: answers may be among them");
        }
        return weaker;
    }

    private List<Overrun> overruns() {
        List<Overrun> overruns = new ArrayList<>();
        for (NamespaceEvidence namespace : evidence.namespaces()) {
            for (SocketTrack socket : namespace.all()) {
                if (socket.lost() > 0) {
                    overruns.add(new Overrun(
                            namespace.latest().netns(),
                            KernelNames.protocol(socket.row.protocol()),
                            socket.row.portId(),
                            socket.row.inode(),
                            owner(namespace, socket),
                            socket.lost(),
                            socket.lossNoticedNanos()));
                }
            }
        }
        return overruns;
    }

    private Party owner(NamespaceEvidence namespace, SocketTrack socket) {
        return evidence.tasks().stream()
                .filter(each -> socket.holders.contains(each.task.pid()))
                .map(TaskTrack::party)
                .findFirst()
                .or(() -> tracker.speakers().stream()
                        .filter(each -> each.netns().equals(namespace.latest().netns())
                                && each.protocol() == socket.row.protocol()
                                && each.ports().contains(socket.row.portId()))
                        .map(each -> each.party())
                        .findFirst())
                .or(() -> socket.holders.stream()
                        .min(Comparator.naturalOrder())
                        .map(pid ->
                                new Party(OptionalInt.of(pid), Optional.empty(), Optional.empty(), Optional.empty())))
                .orElse(Party.UNKNOWN);
    }
}
