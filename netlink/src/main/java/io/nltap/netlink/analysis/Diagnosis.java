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
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What hangs at one moment, and why: a function of the open dialogs and of what was seen beside the wire. It decides in the
 * order of the documentation: is the evidence sound; is the kernel at it; what is owed; what became of it.
 */
final class Diagnosis {
    private static final int USERSOCK = 2;
    private static final int PATIENCE = 4;

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
        WireDiagnosis wire = new WireDiagnosis(tracker.speakers());
        DialogDiagnosis beside = new DialogDiagnosis(evidence, locks, settings);
        for (Speaker speaker : tracker.speakers()) {
            ofSpeaker(speaker, now, wire, beside, verdicts);
        }
        for (Speaker speaker : tracker.speakers()) {
            ofDiscarded(speaker, now, evidence.of(speaker.netns()), beside).ifPresent(verdicts::add);
        }
        ofTasks(locks, beside, verdicts);
        verdicts.addAll(new SocketReaders(tracker, evidence, settings, beside).verdicts());
        ofUnreadSockets(beside, verdicts);
        for (WaitingQueue queue : tracker.waitingQueues()) {
            if (now - queue.sinceNanos() >= settings.hungNanos()) {
                ofQueue(queue).ifPresent(verdicts::add);
            }
        }
        verdicts.replaceAll(each -> isPremature(each, now)
                ? Verdict.doubt(
                        each.key(),
                        each.sinceNanos(),
                        each.netns(),
                        each.who(),
                        each.what(),
                        "there was no time yet to find out whose socket it is")
                : each);
        return verdicts;
    }

    /** Whether it may soon be known who it is. */
    private boolean isPremature(Verdict verdict, long now) {
        return !verdict.who().isKnown()
                && now - verdict.sinceNanos() < PATIENCE * settings.hungNanos()
                && evidence.of(verdict.netns())
                        .filter(each -> each.latest().omitted() > 0)
                        .isPresent();
    }

    private void ofSpeaker(
            Speaker speaker, long now, WireDiagnosis wire, DialogDiagnosis beside, List<Verdict> verdicts) {
        Optional<NamespaceEvidence> namespace = evidence.of(speaker.netns());
        Optional<Verdict> loop = RepeatWatch.timeouts(speaker, evidence.partyOf(speaker));
        List<Dialog> waiting = new ArrayList<>(speaker.open());
        // What owes nothing may still be in the kernel, if nothing was sent after it.
        speaker.latest()
                .filter(latest -> latest.owed() == Owed.NOTHING
                        && !waiting.contains(latest)
                        && waiting.stream().noneMatch(each -> each.owed().isSomething()))
                .ifPresent(waiting::add);
        List<Verdict> found = new ArrayList<>();
        // The last one first: for it the process may be inside the kernel.
        for (int i = waiting.size() - 1; i >= 0; i--) {
            Dialog dialog = waiting.get(i);
            if (now - dialog.lastNanos() < settings.hungNanos()) {
                continue;
            }
            Optional<Verdict> verdict = namespace.isPresent() ? beside.of(dialog, namespace.get()) : wire.of(dialog);
            if (verdict.isPresent() && loop.isPresent() && !isA(verdict.get())) {
                verdict = loop;
            }
            verdict.ifPresent(each -> {
                found.removeIf(later -> isSameHang(each, later));
                found.add(each);
            });
        }
        if (found.stream().anyMatch(each -> is(each, HangClass.A6))) {
            found.removeIf(each -> is(each, HangClass.C13)); // the peer does not even take what it is sent
        }
        verdicts.addAll(found);
    }

    /** Of several requests of one speaker that wait for one and the same reason, the first stands for all. */
    private static boolean isSameHang(Verdict one, Verdict other) {
        return one.equals(other)
                || (one.hangClass().isPresent() && one.hangClass().equals(other.hangClass()) && !isA(one));
    }

    private static boolean is(Verdict verdict, HangClass hangClass) {
        return verdict.hangClass().filter(each -> each == hangClass).isPresent();
    }

    private static boolean isA(Verdict verdict) {
        return verdict.hangClass().map(each -> each.name().startsWith("A")).orElse(false);
    }

    /** A request that the kernel has thrown away, and after which its sender has said nothing more. */
    private Optional<Verdict> ofDiscarded(
            Speaker speaker, long now, Optional<NamespaceEvidence> namespace, DialogDiagnosis beside) {
        Optional<Dialog> latest = speaker.latest();
        if (latest.isEmpty()
                || latest.get().owed() != Owed.SILENCE
                || now - latest.get().startNanos() < settings.hungNanos()) {
            return Optional.empty();
        }
        Dialog dialog = latest.get();
        if (namespace.isPresent()) {
            List<SocketTrack> sockets = sockets(dialog, namespace.get());
            // Of what is missing it may have said something after that.
            if (sockets.isEmpty() || !waitsFor(speaker) || namespace.get().lacksAfter(dialog.startNanos(), sockets)) {
                return Optional.empty();
            }
            sockets.forEach(beside::explain);
        }
        return Optional.of(Verdict.of(
                dialog,
                HangClass.C3,
                dialog.startNanos(),
                speaker.netns(),
                evidence.partyOf(speaker),
                dialog.matter(),
                List.of(
                        ReaderDiagnosis.discarded(dialog),
                        "it has sent nothing more on this socket",
                        ReaderDiagnosis.answered(speaker)),
                namespace.isPresent() ? Confidence.PROBABLE : Confidence.WIRE_ONLY));
    }

    private List<SocketTrack> sockets(Dialog dialog, NamespaceEvidence namespace) {
        Party who = evidence.partyOf(dialog.speaker());
        List<TaskTrack> tasks = who.isKnown() ? evidence.tasksOf(who.pid().getAsInt()) : List.of();
        return DialogDiagnosis.sockets(dialog.speaker(), namespace, tasks).stream()
                .filter(each -> !each.isNewerThan(dialog.startNanos()))
                .toList();
    }

    /** Whether one of its threads may be waiting. */
    private boolean waitsFor(Speaker speaker) {
        Party who = evidence.partyOf(speaker);
        List<TaskTrack> tasks = who.isKnown() ? evidence.tasksOf(who.pid().getAsInt()) : List.of();
        return tasks.isEmpty()
                || tasks.stream()
                        .anyMatch(each ->
                                each.whereabouts == Whereabouts.RECEIVES || each.whereabouts == Whereabouts.POLLS);
    }

    /** Threads inside the kernel of whose requests nothing is known, or that wait there for something else. */
    private void ofTasks(LockVerdict locks, DialogDiagnosis beside, List<Verdict> verdicts) {
        for (TaskTrack track : evidence.tasks()) {
            if (track.whereabouts == Whereabouts.RECEIVES
                    || beside.isExplained(track)
                    || !isConcerned(track)
                    || track.looks < 2
                    || track.lastNanos - track.firstNanos < settings.hungNanos()
                    || (track.whereabouts.isInsideKernel() && hasSpokenSince(track))) {
                continue;
            }
            locks.of(track, Optional.empty(), receivers(track, evidence.of(track.netns)))
                    .ifPresent(verdicts::add);
        }
    }

    /** Not, if it is in another namespace, as the holder of a lock may be, and has said nothing here. */
    private boolean isConcerned(TaskTrack track) {
        OptionalInt pid = OptionalInt.of(track.task.pid());
        return evidence.isInside(track.task)
                || tracker.speakers().stream()
                        .anyMatch(each -> evidence.partyOf(each).pid().equals(pid));
    }

    /** Whether its process has sent anything, or been answered, since it was seen there first: then it gets on. */
    private boolean hasSpokenSince(TaskTrack track) {
        return tracker.speakers().stream()
                .filter(each -> each.lastHeardNanos() > track.sinceNanos
                        || each.lastSentNanos().orElse(0) > track.sinceNanos)
                .anyMatch(each -> evidence.partyOf(each).pid().equals(OptionalInt.of(track.task.pid())));
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
    private void ofUnreadSockets(DialogDiagnosis beside, List<Verdict> verdicts) {
        for (NamespaceEvidence namespace : evidence.namespaces()) {
            for (SocketTrack socket : namespace.open()) {
                Optional<Speaker> speaker = speakerOf(socket, namespace.latest().netns());
                if (!socket.isUnread(settings.hungNanos())
                        || isRead(socket, speaker)
                        || beside.isExplained(socket)
                        || mayBeAtWork(socket, namespace)
                        || isExplained(socket, namespace.latest().netns())) {
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
                Optional<Dialog> latest = speaker.flatMap(Speaker::latestClosed);
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

    private Optional<Speaker> speakerOf(SocketTrack socket, String netns) {
        return tracker.speakers().stream()
                .filter(each -> each.protocol() == socket.row.protocol()
                        && each.ports().contains(socket.row.portId())
                        && each.netns().equals(netns))
                .findFirst();
    }

    /** The kernel makes the next part of a dump when one has been read: who gets parts reads, however slowly. */
    private boolean isRead(SocketTrack socket, Optional<Speaker> speaker) {
        return speaker.flatMap(Speaker::latestClosed)
                .filter(each -> each.isDump() && each.lastNanos() > socket.lastNanos - settings.hungNanos())
                .isPresent();
    }

    /** A dump whose first part is being made looks like one that nobody reads; but for it the kernel is at work. */
    private static boolean mayBeAtWork(SocketTrack socket, NamespaceEvidence namespace) {
        return socket.row.isDumping()
                && namespace
                        .kernel(socket.row.protocol())
                        .filter(NamespaceEvidence.KernelRow::isBusy)
                        .isPresent();
    }

    /** Whether a request that is open on it is looked at, or it is what somebody else waits for. */
    private boolean isExplained(SocketTrack socket, String netns) {
        boolean isWaitedFor = socket.row.protocol() == USERSOCK
                && evidence.tasks().stream().anyMatch(each -> each.whereabouts == Whereabouts.WAITS_FOR_PEER);
        return isWaitedFor
                || tracker.speakers().stream()
                        .filter(each -> each.netns().equals(netns) && each.protocol() == socket.row.protocol())
                        .anyMatch(each -> each.ports().contains(socket.row.portId())
                                ? each.open().stream()
                                        .anyMatch(dialog -> dialog.owed().isSomething())
                                : each.open().stream().anyMatch(dialog -> dialog.owed() == Owed.OF_A_PEER));
    }

    private Optional<Verdict> ofQueue(WaitingQueue queue) {
        Party who = queue.party().isKnown()
                ? queue.party()
                : queue.listener().map(evidence::partyOf).orElse(Party.UNKNOWN);
        Optional<NamespaceEvidence> namespace = evidence.of(queue.netns());
        boolean isClosed = namespace.isPresent()
                && queue.listener()
                        .filter(Speaker::isSocket)
                        .filter(each -> namespace
                                .get()
                                .socketAt(each.protocol(), each.ports().get(0))
                                .isEmpty())
                        .isPresent();
        if (isClosed) {
            return Optional.empty(); // with its socket the queue has gone, and the packets with it
        }
        return Optional.of(Verdict.of(
                List.of("queue", queue.netns(), queue.queue()),
                HangClass.C14,
                queue.sinceNanos(),
                queue.netns(),
                who,
                new Matter("NETFILTER", "NFQNL_MSG_PACKET", OptionalLong.empty()),
                List.of("the kernel waits for a verdict on %d packets of queue %d"
                        .formatted(queue.packets(), queue.queue())),
                namespace.isPresent() ? Confidence.PROBABLE : Confidence.WIRE_ONLY));
    }
}
