// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.author.Party;
import io.nltap.netlink.dialog.Dialog;
import io.nltap.netlink.dialog.DialogTracker;
import io.nltap.netlink.dialog.Matter;
import io.nltap.netlink.dialog.Owed;
import io.nltap.netlink.dialog.Speaker;
import io.nltap.netlink.dialog.WaitingQueue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What hangs at one moment, and why: a function of the open dialogs and of what was seen beside the wire. It decides in the
 * order of the documentation: is the evidence sound; is the kernel at it; what is owed; what became of it.
 */
final class Diagnosis {
    private static final int USERSOCK = 2;

    private final DialogTracker tracker;
    private final EvidenceHistory evidence;
    private final Settings settings;

    Diagnosis(DialogTracker tracker, EvidenceHistory evidence, Settings settings) {
        this.tracker = tracker;
        this.evidence = evidence;
        this.settings = settings;
    }

    List<Verdict> at(long now) {
        List<Verdict> verdicts = new ArrayList<>();
        LockVerdict locks = new LockVerdict(new HolderSearch(evidence.tasks()));
        Set<Integer> explained = new HashSet<>();
        WireDiagnosis wire = new WireDiagnosis(tracker.speakers());
        DialogDiagnosis beside = new DialogDiagnosis(evidence, locks);
        for (Speaker speaker : tracker.speakers()) {
            ofSpeaker(speaker, now, wire, beside, explained, verdicts);
        }
        ofTasks(locks, explained, verdicts);
        for (Speaker speaker : tracker.speakers()) {
            ofDiscarded(speaker, now, evidence.of(speaker.netns()))
                    .filter(each -> verdicts.stream().noneMatch(other -> isOfSame(other, each)))
                    .ifPresent(verdicts::add);
        }
        ofUnreadSockets(explained, verdicts);
        for (WaitingQueue queue : tracker.waitingQueues()) {
            if (now - queue.sinceNanos() >= settings.hungNanos()) {
                verdicts.add(ofQueue(queue));
            }
        }
        return verdicts;
    }

    private void ofSpeaker(
            Speaker speaker,
            long now,
            WireDiagnosis wire,
            DialogDiagnosis beside,
            Set<Integer> explained,
            List<Verdict> verdicts) {
        Optional<NamespaceEvidence> namespace = evidence.of(speaker.netns());
        Optional<Verdict> loop = RepeatWatch.timeouts(speaker);
        List<Dialog> waiting = new ArrayList<>(speaker.open());
        // What owes nothing may still be in the kernel, if nothing was sent after it.
        speaker.latest()
                .filter(latest -> latest.owed() == Owed.NOTHING
                        && !waiting.contains(latest)
                        && waiting.stream().noneMatch(each -> each.owed().isSomething()))
                .ifPresent(waiting::add);
        for (Dialog dialog : waiting) {
            if (now - dialog.lastNanos() < settings.hungNanos()) {
                continue;
            }
            Optional<Verdict> verdict = namespace.isPresent() ? beside.of(dialog, namespace.get()) : wire.of(dialog);
            if (verdict.isPresent() && loop.isPresent() && !isA(verdict.get())) {
                verdict = loop;
            }
            verdict.ifPresent(each -> {
                if (each.hangClass().isPresent() && speaker.party().isKnown()) {
                    explained.add(speaker.party().pid().getAsInt());
                }
                if (verdicts.stream().noneMatch(other -> isSameHang(other, each))) {
                    verdicts.add(each);
                }
            });
        }
    }

    /** Of several requests of one process that wait for one and the same reason, the first stands for all. */
    private static boolean isSameHang(Verdict one, Verdict other) {
        return one.equals(other)
                || (one.hangClass().isPresent()
                        && one.hangClass().equals(other.hangClass())
                        && !isA(one)
                        && one.netns().equals(other.netns())
                        && one.who().isKnown()
                        && one.who().equals(other.who())
                        && one.what().protocol().equals(other.what().protocol()));
    }

    private static boolean isOfSame(Verdict one, Verdict other) {
        return one.hangClass().isPresent()
                && one.who().isKnown()
                && one.who().pid().equals(other.who().pid());
    }

    private static boolean isA(Verdict verdict) {
        return verdict.hangClass().map(each -> each.name().startsWith("A")).orElse(false);
    }

    /** A request that the kernel has thrown away, and after which its sender has said nothing more. */
    private Optional<Verdict> ofDiscarded(Speaker speaker, long now, Optional<NamespaceEvidence> namespace) {
        Optional<Dialog> latest = speaker.latest();
        if (latest.isEmpty()
                || latest.get().owed() != Owed.SILENCE
                || now - latest.get().startNanos() < settings.hungNanos()) {
            return Optional.empty();
        }
        Dialog dialog = latest.get();
        if (namespace.isPresent() && !waitsFor(speaker, namespace.get())) {
            return Optional.empty();
        }
        return Optional.of(Verdict.of(
                dialog,
                HangClass.C3,
                dialog.startNanos(),
                speaker.netns(),
                speaker.party(),
                dialog.matter(),
                List.of(ReaderDiagnosis.discarded(dialog), "it has sent nothing more on this socket"),
                namespace.isPresent() ? Confidence.PROBABLE : Confidence.WIRE_ONLY));
    }

    /** Whether one of its threads may be waiting: where none was seen, whether its socket is open. */
    private boolean waitsFor(Speaker speaker, NamespaceEvidence namespace) {
        List<TaskTrack> tasks = speaker.party().isKnown()
                ? evidence.tasksOf(speaker.party().pid().getAsInt())
                : List.of();
        if (tasks.isEmpty()) {
            return !DialogDiagnosis.sockets(speaker, namespace, tasks).isEmpty();
        }
        return tasks.stream()
                .anyMatch(each -> each.whereabouts == Whereabouts.RECEIVES || each.whereabouts == Whereabouts.POLLS);
    }

    private void ofTasks(LockVerdict locks, Set<Integer> explained, List<Verdict> verdicts) {
        ReaderDiagnosis readers = new ReaderDiagnosis(evidence, settings);
        for (TaskTrack track : evidence.tasks()) {
            if (explained.contains(track.task.pid())
                    || track.samples < 2
                    || hasBeenHeardSince(track)
                    || (track.whereabouts != Whereabouts.RECEIVES
                            && track.lastNanos - track.sinceNanos < settings.hungNanos())) {
                continue;
            }
            Optional<NamespaceEvidence> namespace = evidence.of(track.netns);
            Optional<Verdict> verdict = Optional.empty();
            if (track.whereabouts == Whereabouts.RECEIVES) {
                verdict = ofReader(readers, track);
            } else if (track.whereabouts != Whereabouts.RECEIVES) {
                verdict = locks.of(track, Optional.empty(), receivers(track, namespace));
            }
            verdict.ifPresent(verdicts::add);
        }
    }

    /** Whether its process has been answered after it was looked at last. */
    private boolean hasBeenHeardSince(TaskTrack track) {
        return tracker.speakers().stream()
                .anyMatch(each -> each.lastHeardNanos() > track.lastNanos
                        && each.party().pid().equals(OptionalInt.of(track.task.pid())));
    }

    private Optional<Verdict> ofReader(ReaderDiagnosis readers, TaskTrack track) {
        for (NamespaceEvidence namespace : evidence.namespaces()) {
            String netns = namespace.latest().netns();
            List<Speaker> own = tracker.speakers().stream()
                    .filter(each ->
                            each.netns().equals(netns) && each.party().pid().equals(OptionalInt.of(track.task.pid())))
                    .toList();
            Optional<Verdict> orphan = readers.ofOrphan(track, namespace, own);
            if (orphan.isPresent()) {
                return orphan;
            }
            List<SocketTrack> sockets = namespace.socketsOf(track.task);
            // Which of several it reads is not known: if one of them listens, it may be that one.
            if (sockets.stream().noneMatch(each -> each.row.groups() != 0)) {
                for (SocketTrack socket : sockets) {
                    Optional<Verdict> verdict = readers.of(track, socket, speakerOf(socket, own, netns));
                    if (verdict.isPresent()) {
                        return verdict;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Speaker> speakerOf(SocketTrack socket, List<Speaker> own, String netns) {
        List<Speaker> candidates = tracker.speakers().stream()
                .filter(each -> each.netns().equals(netns)
                        && each.protocol() == socket.row.protocol()
                        && each.ports().contains(socket.row.portId()))
                .toList();
        // Of a request that nobody is known to have sent, it may be the sender.
        return candidates.stream()
                .findFirst()
                .or(() -> own.stream()
                        .filter(each -> each.protocol() == socket.row.protocol()
                                && each.ports().isEmpty())
                        .findFirst())
                .or(() -> tracker.speakers().stream()
                        .filter(each -> each.netns().equals(netns)
                                && each.protocol() == socket.row.protocol()
                                && !each.party().isKnown()
                                && each.ports().isEmpty())
                        .findFirst());
    }

    private static List<String> receivers(TaskTrack track, Optional<NamespaceEvidence> namespace) {
        if (track.whereabouts != Whereabouts.WAITS_FOR_PEER || namespace.isEmpty()) {
            return List.of();
        }
        return namespace.get().open().stream()
                .filter(each -> each.isUnread(0))
                .map(each -> "%d bytes lie unread in the socket of port %d, held by %s"
                        .formatted(each.row.receiveBytes(), each.row.portId(), each.holders))
                .toList();
    }

    /** Answers and notifications that have lain unread for long, though nothing is open any more. */
    private void ofUnreadSockets(Set<Integer> explained, List<Verdict> verdicts) {
        for (NamespaceEvidence namespace : evidence.namespaces()) {
            for (SocketTrack socket : namespace.open()) {
                if (!socket.isUnread(settings.hungNanos())
                        || socket.holders.stream().anyMatch(explained::contains)
                        || isExplained(socket, namespace.latest().netns(), verdicts)) {
                    continue;
                }
                List<TaskTrack> tasks = socket.holders.stream()
                        .flatMap(pid -> evidence.tasksOf(pid).stream())
                        .toList();
                List<String> why = new ArrayList<>();
                why.add("%d bytes lie unread in its socket (port %d)%s"
                        .formatted(
                                socket.row.receiveBytes(),
                                socket.row.portId(),
                                socket.row.groups() == 0 ? "" : ", which listens to notifications"));
                boolean isStopped = DialogDiagnosis.stopped(tasks, why);
                Optional<Dialog> latest = tracker.speakers().stream()
                        .filter(each -> each.protocol() == socket.row.protocol()
                                && each.ports().contains(socket.row.portId())
                                && each.netns().equals(namespace.latest().netns()))
                        .flatMap(each -> each.latestClosed().stream())
                        .findFirst();
                verdicts.add(Verdict.of(
                        "unread " + socket.row.inode(),
                        isStopped ? HangClass.D2 : HangClass.D1,
                        socket.unreadSince(),
                        namespace.latest().netns(),
                        tasks.stream()
                                .findFirst()
                                .map(TaskTrack::party)
                                .or(() -> latest.map(each -> each.speaker().party()))
                                .orElse(Party.UNKNOWN),
                        latest.map(Dialog::matter).orElseGet(() -> LockVerdict.protocolOnly(socket.row.protocol())),
                        why,
                        Confidence.PROBABLE));
            }
        }
    }

    /** Whether a request that is open on it has been looked at, or it is what somebody else waits for. */
    private boolean isExplained(SocketTrack socket, String netns, List<Verdict> verdicts) {
        boolean hasOpen = tracker.speakers().stream()
                .anyMatch(each -> each.netns().equals(netns)
                        && each.protocol() == socket.row.protocol()
                        && each.ports().contains(socket.row.portId())
                        && each.open().stream().anyMatch(dialog -> dialog.owed().isSomething()));
        return hasOpen
                || verdicts.stream()
                        .anyMatch(each -> each.netns().equals(netns)
                                && socket.row.protocol() == USERSOCK
                                && (each.hangClass().equals(Optional.of(HangClass.C13))
                                        || each.hangClass().equals(Optional.of(HangClass.A6))));
    }

    private static Verdict ofQueue(WaitingQueue queue) {
        return Verdict.of(
                Objects.hash(queue.netns(), queue.queue()),
                HangClass.C14,
                queue.sinceNanos(),
                queue.netns(),
                queue.party(),
                new Matter("NETFILTER", "NFQNL_MSG_PACKET", OptionalLong.empty()),
                List.of("the kernel waits for a verdict on %d packets of queue %d"
                        .formatted(queue.packets(), queue.queue())),
                Confidence.WIRE_ONLY);
    }
}
