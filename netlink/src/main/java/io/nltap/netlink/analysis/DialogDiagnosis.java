// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.analysis.NamespaceEvidence.KernelRow;
import io.nltap.netlink.author.Party;
import io.nltap.netlink.dialog.Dialog;
import io.nltap.netlink.dialog.Owed;
import io.nltap.netlink.dialog.Speaker;
import io.nltap.netlink.message.KernelNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Why a request has no answer, or not all of it, though one is owed. The order is what matters: first whether the kernel is
 * still at it, then whether the answer lies unread, then whether it was lost, and only then what is left over.
 */
final class DialogDiagnosis {
    private static final Optional<HangClass> STOPPED = Optional.of(HangClass.D2);

    private final EvidenceHistory evidence;
    private final LockVerdict locks;
    private final Settings settings;

    /** Threads inside the kernel whose requests have been found, and sockets on which something hangs. */
    private final Set<Integer> threads = new HashSet<>();

    private final Set<Long> hungSockets = new HashSet<>();

    DialogDiagnosis(EvidenceHistory evidence, LockVerdict locks, Settings settings) {
        this.evidence = evidence;
        this.settings = settings;
        this.locks = locks;
    }

    /** Whether the thread is inside the kernel for a request that was found. */
    boolean isExplained(TaskTrack track) {
        return threads.contains(track.task.tid());
    }

    /** Whether something hangs on the socket. */
    boolean isExplained(SocketTrack socket) {
        return hungSockets.contains(socket.row.inode());
    }

    void explain(SocketTrack socket) {
        hungSockets.add(socket.row.inode());
    }

    /**
     * Empty when it does not hang, or its process has given it up. Of a speaker's requests the last one is to be asked for
     * first: it is the one for which a thread is inside the kernel, if any is.
     */
    Optional<Verdict> of(Dialog dialog, NamespaceEvidence namespace) {
        Speaker speaker = dialog.speaker();
        if (namespace.latest().timeNanos() <= dialog.lastNanos()) {
            return Optional.empty(); // nobody has looked since
        }
        Party who = evidence.partyOf(speaker);
        List<TaskTrack> tasks =
                who.isKnown() && !who.isKernel() ? evidence.tasksOf(who.pid().getAsInt()) : List.of();
        Optional<KernelRow> kernel = namespace.kernel(speaker.protocol());
        // Who was in the kernel after it was sent still is: else there would be an answer.
        List<TaskTrack> earlier = who.isKnown()
                ? evidence.earlierTasksOf(who.pid().getAsInt()).stream()
                        .filter(each -> each.lastNanos > dialog.lastNanos())
                        .toList()
                : List.of();
        List<SocketTrack> sockets = sockets(speaker, namespace, tasks).stream()
                .filter(each -> !each.isNewerThan(dialog.startNanos()))
                .toList();
        Optional<TaskTrack> inside = insideKernel(tasks.isEmpty() ? earlier : tasks, namespace, dialog);
        if (inside.isPresent()) {
            threads.add(inside.get().task.tid());
            sockets.forEach(this::explain);
            return locks.of(inside.get(), Optional.of(dialog), kernelLine(kernel, speaker));
        }
        if (dialog.owed() == Owed.OF_A_PEER) {
            return ofPeer(dialog, namespace, tasks);
        }
        if (!dialog.owed().isSomething()) {
            return Optional.empty();
        }
        if (sockets.isEmpty() && isGone(dialog, namespace, tasks)) {
            return Optional.empty();
        }
        Optional<Verdict> unseen =
                kernel.filter(KernelRow::isBusy).flatMap(row -> ofUnseen(dialog, who, row, namespace, tasks, sockets));
        if (unseen.isPresent()) {
            sockets.forEach(this::explain);
            return unseen;
        }
        if (namespace.lacksAfter(dialog.startNanos(), sockets) && speaker.lastHeardNanos() > dialog.lastNanos()) {
            return Optional
                    .empty(); // it was answered later ones: the answer to this one is among what the capture lost
        }
        sockets.forEach(this::explain);
        return Optional.of(ofSockets(dialog, namespace, tasks, sockets, kernel));
    }

    /** A request is inside the kernel, perhaps this one: of its process no thread was seen, or its dump has not begun. */
    private Optional<Verdict> ofUnseen(
            Dialog dialog,
            Party who,
            KernelRow kernel,
            NamespaceEvidence namespace,
            List<TaskTrack> tasks,
            List<SocketTrack> sockets) {
        // Linux 6.11 and newer take the lock for a dump when its first part has been charged to the socket already.
        boolean isBeingMade = dialog.isDump()
                && !dialog.hasReply()
                && sockets.stream().anyMatch(each -> each.row.isDumping() && each.row.receiveBytes() > 0);
        boolean hasLost = sockets.stream().anyMatch(each -> each.lostAfter(dialog.startNanos()));
        if (hasLost || (!tasks.isEmpty() && !isBeingMade)) {
            return Optional.empty();
        }
        if (namespace.latest().omitted() > 0 && !isBeingMade) {
            return Optional.of(doubt(
                    dialog,
                    "%s, and there was no time yet to look at all threads: what it waits for there is not known"
                            .formatted(kernel.shown(
                                    KernelNames.protocol(dialog.speaker().protocol())))));
        }
        return Optional.of(locks.ofBusyKernel(dialog, who, kernel, missing(dialog)));
    }

    private Verdict ofSockets(
            Dialog dialog,
            NamespaceEvidence namespace,
            List<TaskTrack> tasks,
            List<SocketTrack> sockets,
            Optional<KernelRow> kernel) {
        for (SocketTrack socket : sockets) {
            if (socket.isUnread(0) && socket.unreadSince() >= dialog.startNanos()) {
                Verdict unread = ofUnread(dialog, socket, tasks, kernel);
                boolean mayGetOn = namespace.lacksAfter(dialog.lastNanos(), sockets)
                        && !unread.hangClass().equals(STOPPED);
                return mayGetOn
                        ? doubt(
                                dialog,
                                "%d bytes lie unread in its socket (port %d), but the capture itself lacks datagrams"
                                                .formatted(socket.row.receiveBytes(), socket.row.portId())
                                        + " since: it may be getting on")
                        : unread;
            }
        }
        if (namespace.lacksAfter(dialog.startNanos(), sockets)) {
            return doubt(dialog, "the capture itself lacks datagrams since: the answer may be among them");
        }
        for (SocketTrack socket : sockets) {
            if (socket.lostAfter(dialog.startNanos())) {
                return verdict(
                        dialog,
                        HangClass.C4,
                        socket.surelyLostAfter(dialog.startNanos()) ? Confidence.CERTAIN : Confidence.PROBABLE,
                        List.of(
                                missing(dialog),
                                "its socket (port %d) has lost %d messages, counted after the request was sent"
                                        .formatted(socket.row.portId(), socket.row.drops()),
                                "nothing waits to be read, and the kernel is not at work on it"));
            }
        }
        for (SocketTrack socket : sockets) {
            if (socket.row.isDumping() && socket.row.receiveBytes() == 0) {
                boolean hasBegun = dialog.hasReply();
                return verdict(
                        dialog,
                        hasBegun ? HangClass.C6 : HangClass.C5,
                        Confidence.PROBABLE,
                        List.of(
                                missing(dialog),
                                "the kernel has a dump under way on its socket (port %d), and nothing waits to be read"
                                        .formatted(socket.row.portId()),
                                "the socket has lost nothing that was counted"));
            }
        }
        boolean isIdle = kernel.isPresent() && !kernel.get().isBusy();
        if (sockets.size() == 1
                && isIdle
                && !dialog.hasReply()
                && namespace.latest().tap().otherTaps() == 0) {
            return verdict(
                    dialog,
                    HangClass.C5,
                    Confidence.PROBABLE,
                    List.of(
                            missing(dialog),
                            "the kernel is done with it, nothing waits to be read, and the socket (port %d) has lost"
                                            .formatted(sockets.get(0).row.portId())
                                    + " nothing that was counted: a filter on the socket is what is left"));
        }
        return doubt(dialog, "an answer is owed and was not seen, and nothing that was seen explains it");
    }

    private Verdict ofUnread(Dialog dialog, SocketTrack socket, List<TaskTrack> tasks, Optional<KernelRow> kernel) {
        List<String> why = new ArrayList<>();
        why.add(
                dialog.hasReply()
                        ? "%s stopped after %d datagrams of its answer".formatted(dialog.matter(), dialog.parts())
                        : missing(dialog));
        why.add("%d bytes lie unread in its socket (port %d)%s"
                .formatted(
                        socket.row.receiveBytes(),
                        socket.row.portId(),
                        socket.row.isDumping() ? ", and the kernel waits with the rest of the dump" : ""));
        kernel.filter(row -> !row.isBusy()).ifPresent(row -> why.add("the kernel is not at work on any request"));
        return verdict(dialog, stopped(tasks, why) ? HangClass.D2 : HangClass.D1, Confidence.CERTAIN, why);
    }

    /** Whether all its threads are stopped; tells where they are. */
    static boolean stopped(List<TaskTrack> tasks, List<String> why) {
        tasks.stream().limit(3).forEach(each -> why.add(each.shown()));
        return !tasks.isEmpty() && tasks.stream().allMatch(each -> each.whereabouts == Whereabouts.STOPPED);
    }

    private Optional<Verdict> ofPeer(Dialog dialog, NamespaceEvidence namespace, List<TaskTrack> tasks) {
        boolean waits = tasks.isEmpty()
                || tasks.stream()
                        .anyMatch(each ->
                                each.whereabouts == Whereabouts.RECEIVES || each.whereabouts == Whereabouts.POLLS);
        if (!waits || (isGone(dialog, namespace, tasks) && !tasks.isEmpty())) {
            return Optional.empty();
        }
        List<String> why = new ArrayList<>();
        why.add("%s was sent to another process, and that has not answered".formatted(dialog.matter()));
        boolean isLate = false;
        for (SocketTrack socket : namespace.open()) {
            if (socket.row.protocol() == dialog.speaker().protocol()
                    && !dialog.speaker().ports().contains(socket.row.portId())
                    && socket.isUnread(0)) {
                isLate = true;
                why.add("%d bytes lie unread in the socket of port %d"
                        .formatted(socket.row.receiveBytes(), socket.row.portId()));
            }
        }
        tasks.stream().limit(2).forEach(each -> why.add(each.shown()));
        return Optional.of(verdict(dialog, HangClass.C13, isLate ? Confidence.CERTAIN : Confidence.PROBABLE, why));
    }

    /** The thread that is inside the kernel for it. One that asks nothing back is there from the start or not at all. */
    private Optional<TaskTrack> insideKernel(List<TaskTrack> tasks, NamespaceEvidence namespace, Dialog dialog) {
        boolean asksNothing = dialog.owed() == Owed.NOTHING;
        return tasks.stream()
                .filter(each -> each.whereabouts.isInsideKernel() && !isExplained(each))
                .filter(each -> isOn(each, namespace, dialog.speaker()))
                .filter(each -> !asksNothing
                        || each.firstNanos - dialog.startNanos() < settings.hungNanos()
                        || tasks.size() == 1)
                .min(Comparator.comparingLong(each -> each.firstNanos));
    }

    /** Not, if it is known to be on another socket, or of another protocol. */
    private static boolean isOn(TaskTrack track, NamespaceEvidence namespace, Speaker speaker) {
        OptionalInt protocol = KernelStack.of(track.task).protocol();
        if (protocol.isPresent() && protocol.getAsInt() != speaker.protocol()) {
            return false;
        }
        if (track.task.fdInode().isEmpty()) {
            return true;
        }
        Optional<SocketTrack> socket = namespace.socket(track.task.fdInode().getAsLong());
        return socket.map(each -> each.row.protocol() == speaker.protocol()
                        && (!speaker.isSocket() || speaker.ports().contains(each.row.portId())))
                .orElse(true);
    }

    /**
     * Its sockets: the one that a thread waits on, or those with its port ids, or those of the protocol that its process
     * holds. One of which no holder was seen is its, too, if it has the port that a process' first socket gets.
     */
    static List<SocketTrack> sockets(Speaker speaker, NamespaceEvidence namespace, List<TaskTrack> tasks) {
        List<SocketTrack> byPort = namespace.open().stream()
                .filter(each -> each.row.protocol() == speaker.protocol()
                        && speaker.ports().contains(each.row.portId()))
                .toList();
        if (!byPort.isEmpty() || speaker.isSocket() || speaker.party().pid().isEmpty()) {
            return byPort;
        }
        List<SocketTrack> byReader = tasks.stream()
                .filter(each -> each.whereabouts == Whereabouts.RECEIVES)
                .flatMap(each -> each.task.fdInode().stream().boxed())
                .flatMap(inode -> namespace.socket(inode).stream())
                .filter(each -> each.row.protocol() == speaker.protocol())
                .toList();
        if (!byReader.isEmpty()) {
            return byReader;
        }
        int pid = speaker.party().pid().getAsInt();
        return namespace.open().stream()
                .filter(each -> each.row.protocol() == speaker.protocol()
                        && (each.holders.contains(pid) || (each.holders.isEmpty() && each.row.portId() == pid)))
                .toList();
    }

    /** Whether the socket has been closed, or its process has ended: then nobody waits for the answer. */
    private boolean isGone(Dialog dialog, NamespaceEvidence namespace, List<TaskTrack> tasks) {
        Speaker speaker = dialog.speaker();
        if (!speaker.ports().isEmpty()) {
            return namespace.open().stream()
                    .noneMatch(each -> each.row.protocol() == speaker.protocol()
                            && speaker.ports().contains(each.row.portId())
                            && !each.isNewerThan(dialog.startNanos()));
        }
        if (speaker.party().pid().isEmpty()) {
            return false;
        }
        int pid = speaker.party().pid().getAsInt();
        boolean isThere = !tasks.isEmpty() || namespace.isHolder(pid);
        return isThere ? sockets(speaker, namespace, tasks).isEmpty() : evidence.hasBeenSeen(pid, dialog.startNanos());
    }

    private static List<String> kernelLine(Optional<KernelRow> kernel, Speaker speaker) {
        return kernel.filter(row -> row.requests() > 0)
                .map(row -> List.of(row.shown(KernelNames.protocol(speaker.protocol()))))
                .orElse(List.of());
    }

    private static String missing(Dialog dialog) {
        return "%s is owed %s, and %s"
                .formatted(
                        dialog.matter(),
                        switch (dialog.owed()) {
                            case DUMP -> "a dump";
                            case ACK -> "an acknowledgement";
                            default -> "an answer";
                        },
                        dialog.hasReply()
                                ? "got %d datagrams and not the end".formatted(dialog.parts())
                                : "got nothing");
    }

    private Verdict verdict(Dialog dialog, HangClass hangClass, Confidence confidence, List<String> why) {
        List<String> all = new ArrayList<>(why);
        all.add(history(dialog));
        return Verdict.of(
                dialog,
                hangClass,
                dialog.lastNanos(),
                dialog.speaker().netns(),
                evidence.partyOf(dialog.speaker()),
                dialog.matter(),
                all,
                confidence);
    }

    /** Of so many, this one. */
    static String history(Dialog dialog) {
        Speaker speaker = dialog.speaker();
        return "of %,d requests that it sent, %,d were answered; the answer to this one did not come"
                .formatted(speaker.requests(), speaker.answered());
    }

    private Verdict doubt(Dialog dialog, String reason) {
        return Verdict.doubt(
                dialog,
                dialog.lastNanos(),
                dialog.speaker().netns(),
                evidence.partyOf(dialog.speaker()),
                dialog.matter(),
                reason);
    }
}
