// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.dialog.Dialog;
import io.nltap.netlink.dialog.Owed;
import io.nltap.netlink.dialog.Speaker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Why a thread waits to receive on a socket for which nothing is open: it listens, or waits for what will not come. Those
 * who listen to a group are healthy.
 */
final class ReaderDiagnosis {
    private static final int RECVFROM = 45; // x86-64
    private static final int RECVFROM_ARM64 = 207;
    private static final int LENGTH_ARGUMENT = 2;
    private static final int ACK = 4;

    // SKB_WITH_OVERHEAD(PAGE_SIZE): struct skb_shared_info has 320 bytes   linux/netlink.h
    private static final int GOODSIZE = 3776;
    private static final int OVERHEAD = 320;

    private final EvidenceHistory evidence;
    private final Settings settings;

    ReaderDiagnosis(EvidenceHistory evidence, Settings settings) {
        this.evidence = evidence;
        this.settings = settings;
    }

    /** @param speaker who has spoken on this socket, if anybody has */
    Optional<Verdict> of(TaskTrack track, NamespaceEvidence namespace, SocketTrack socket, Optional<Speaker> speaker) {
        if (socket.row.groups() != 0 || socket.row.receiveBytes() > 0) {
            return Optional.empty(); // C1
        }
        if (speaker.isPresent() && hasOpen(speaker.get())) {
            return Optional.empty(); // that is looked at by itself
        }
        Optional<Dialog> latest = speaker.flatMap(Speaker::latest);
        if (namespace.lacksAfter(latest.map(Dialog::lastNanos).orElse(socket.firstNanos), List.of(socket))) {
            return ofLacking(track, socket, latest);
        }
        if (latest.isEmpty()) {
            return ofSilent(track, socket);
        }
        Dialog dialog = latest.get();
        if (track.lastNanos - dialog.lastNanos() < settings.hungNanos()) {
            return Optional.empty(); // what it waits for may still come
        }
        if (dialog.owed() == Owed.SILENCE) {
            return Optional.of(verdict(track, dialog, HangClass.C3, Confidence.CERTAIN, discarded(dialog)));
        }
        if (dialog.owed() == Owed.NOTHING && dialog.error() == 0 && !dialog.hasReply()) {
            return Optional.of(verdict(
                    track,
                    dialog,
                    HangClass.C2,
                    Confidence.CERTAIN,
                    "%s asked for no acknowledgement (NLM_F_ACK is not set), and the kernel gives none when it succeeds"
                            .formatted(dialog.matter())));
        }
        if (dialog.owed() == Owed.PERHAPS && !dialog.hasReply()) {
            return Optional.of(Verdict.doubt(
                    key(track),
                    dialog.startNanos(),
                    dialog.speaker().netns(),
                    track.party(),
                    dialog.matter(),
                    "nothing came, and it is not known whether an answer to this command is owed"));
        }
        return Optional.of(ofComplete(track, socket, dialog));
    }

    private boolean isRecent(TaskTrack track) {
        return track.lastNanos - track.firstNanos < settings.hungNanos();
    }

    private static boolean hasOpen(Speaker speaker) {
        return speaker.open().stream().anyMatch(each -> each.owed().isSomething() || each.owed() == Owed.OF_A_PEER);
    }

    private Verdict ofComplete(TaskTrack track, SocketTrack socket, Dialog dialog) {
        Optional<Dialog> refused = dialog.speaker().latestRefusedDump();
        if (refused.isPresent() && refused.get().startNanos() >= dialog.startNanos()) {
            return verdict(
                    track,
                    refused.get(),
                    HangClass.C11,
                    Confidence.CERTAIN,
                    "%s was refused with EBUSY, for another dump was under way on the socket; it gets no NLMSG_DONE"
                            .formatted(refused.get().matter()));
        }
        Dialog last = dialog.speaker().latestClosed().orElse(dialog);
        String whole = "the answer to %s was delivered whole: %d datagrams, %s"
                .formatted(
                        last.matter(),
                        last.parts(),
                        last.error() != 0
                                ? "an error"
                                : last.isDump() ? "NLMSG_DONE the last of it" : "all that is owed");
        List<TaskTrack> readers = evidence.tasks().stream()
                .filter(each -> each.whereabouts == Whereabouts.RECEIVES
                        && each.task.fdInode().equals(OptionalLong.of(socket.row.inode())))
                .toList();
        if (socket.holders.size() > 1 || socket.readers.size() > 1) {
            List<String> why = new ArrayList<>();
            why.add(whole);
            why.add(
                    socket.holders.size() > 1
                            ? "%d processes have the socket open: %s".formatted(socket.holders.size(), socket.holders)
                            : "%d threads have been seen reading from it: %s"
                                    .formatted(socket.readers.size(), socket.readers));
            readers.forEach(each -> why.add(each.shown()));
            return verdict(track, last, HangClass.C7, Confidence.PROBABLE, why.toArray(String[]::new));
        }
        if (isReadInSmallPieces(last)) {
            return verdict(
                    track,
                    last,
                    HangClass.C10,
                    Confidence.PROBABLE,
                    whole,
                    "the kernel makes the parts of a dump as large as the reader's buffer: none of these has more than %d bytes,"
                                    .formatted(last.largestPart())
                            + " the least that it makes, so that the buffer is smaller than that, and cuts them off");
        }
        OptionalLong room = room(track);
        if (room.isPresent() && room.getAsLong() < last.largestPart()) {
            return verdict(
                    track,
                    last,
                    HangClass.C10,
                    Confidence.PROBABLE,
                    whole,
                    "its largest datagram has %d bytes, and the thread reads into %d: the rest was cut off"
                            .formatted(last.largestPart(), room.getAsLong()));
        }
        List<TaskTrack> others = evidence.earlierTasksOf(track.task.pid()).stream()
                .filter(each -> each.task.tid() != track.task.tid() && each.lastNanos >= last.startNanos())
                .toList();
        if (!others.isEmpty() && last.isDump() && last.parts() > 1 && (last.flags() & ACK) == 0) {
            Optional<TaskTrack> reader = others.stream()
                    .filter(each -> !each.isParked() || each.lastNanos < track.lastNanos)
                    .findFirst();
            return reader.map(each -> verdict(
                            track,
                            last,
                            HangClass.C7,
                            Confidence.PROBABLE,
                            whole,
                            "its process had another thread that may have read the end of it; it was seen last as "
                                    + each.shown()))
                    .orElseGet(() -> Verdict.doubt(
                            key(track),
                            last.lastNanos(),
                            last.speaker().netns(),
                            track.party(),
                            last.matter(),
                            whole
                                    + ", and a thread waits for more; whether another thread has read the end of it"
                                    + " (C7), or it waits for what never comes (C8), was not seen"));
        }
        return verdict(track, last, HangClass.C8, Confidence.PROBABLE, whole, expects(last));
    }

    /**
     * The kernel makes the parts of a dump as large as the largest buffer that was read into, but no smaller than a page with
     * its overhead taken off ({@code NLMSG_GOODSIZE}; {@code netlink_dump}): if they are full by that measure, the buffer is no
     * larger, and if it were as large as that it would be one that nobody has.
     */
    private static boolean isReadInSmallPieces(Dialog dialog) {
        return dialog.isDump()
                && dialog.parts() > 2
                && dialog.largestPart() <= GOODSIZE
                && dialog.largestPart() > GOODSIZE - OVERHEAD
                && dialog.largestMessage() <= OVERHEAD;
    }

    /** The message that a program most often waits for in vain. */
    private static String expects(Dialog dialog) {
        if (dialog.batch().isPresent()) {
            return dialog.error() != 0
                    ? "a batch that fails as a whole gets one error, and no acknowledgements"
                    : "a batch gets an acknowledgement for each message that asks for one; for its beginning and end"
                            + " only on Linux 6.10 and newer";
        }
        if (dialog.isDump()) {
            return (dialog.flags() & ACK) != 0
                    ? "a dump ends with NLMSG_DONE, and gets no acknowledgement though one was asked for"
                    : "nothing comes after NLMSG_DONE";
        }
        return "nothing more comes: one thread, one owner of the socket, and nothing lost";
    }

    private Optional<Verdict> ofLacking(TaskTrack track, SocketTrack socket, Optional<Dialog> latest) {
        if (isRecent(track)) {
            return Optional.empty();
        }
        return Optional.of(
                Verdict.doubt(
                        key(track),
                        track.sinceNanos,
                        track.netns,
                        track.party(),
                        latest.map(Dialog::matter).orElseGet(() -> LockVerdict.protocolOnly(socket.row.protocol())),
                        "it waits to receive, but the capture lacks datagrams that may be its own: what it waits for is not known"));
    }

    private Optional<Verdict> ofSilent(TaskTrack track, SocketTrack socket) {
        if (isRecent(track) || socket.isOld || socket.row.protocol() == 16) {
            return Optional.empty(); // it may have asked before; the groups of generic netlink do not show
        }
        return Optional.of(Verdict.of(
                key(track),
                HangClass.C12,
                track.sinceNanos,
                track.netns,
                track.party(),
                LockVerdict.protocolOnly(socket.row.protocol()),
                List.of(
                        track.shown(),
                        "its socket (port %d) has asked nothing since it was opened, and is in none of the groups 1 to 32"
                                .formatted(socket.row.portId())),
                Confidence.PROBABLE));
    }

    /** Waits on a socket whose descriptor no process has any more. */
    Optional<Verdict> ofOrphan(TaskTrack track, NamespaceEvidence namespace, List<Speaker> speakers) {
        if (isRecent(track) || namespace.latest().omitted() > 0) {
            return Optional.empty(); // whoever holds it may not have been found yet
        }
        for (SocketTrack socket : namespace.open()) {
            boolean isItsOwn = socket.holders.contains(track.task.pid())
                    || speakers.stream()
                            .anyMatch(each -> each.protocol() == socket.row.protocol()
                                    && each.ports().contains(socket.row.portId()))
                    || socket.row.portId() == track.task.pid();
            boolean isWhereItWaits = track.task.fdInode().equals(OptionalLong.of(socket.row.inode()));
            if (isItsOwn && !isWhereItWaits && !namespace.isHeld(socket.row.inode())) {
                return Optional.of(Verdict.of(
                        key(track),
                        HangClass.C9,
                        track.sinceNanos,
                        track.netns,
                        track.party(),
                        speakers.stream()
                                .filter(each -> each.protocol() == socket.row.protocol())
                                .flatMap(each -> each.latest().stream())
                                .map(Dialog::matter)
                                .findFirst()
                                .orElseGet(() -> LockVerdict.protocolOnly(socket.row.protocol())),
                        List.of(
                                track.shown(),
                                "the socket of port %d (inode %d) still exists, but no process has a descriptor of it"
                                        .formatted(socket.row.portId(), socket.row.inode()),
                                track.task.fdInode().isPresent()
                                        ? "the descriptor that the thread waits on is by now another socket (inode %d)"
                                                .formatted(track.task.fdInode().getAsLong())
                                        : "the descriptor that the thread waits on is no such socket any more"),
                        Confidence.CERTAIN));
            }
        }
        return Optional.empty();
    }

    static String discarded(Dialog dialog) {
        String because = (dialog.flags() & 1) == 0
                ? "NLM_F_REQUEST is not set"
                : dialog.length() < 16
                        ? "its length says %d bytes, less than a header".formatted(dialog.length())
                        : dialog.type() < 16
                                ? "types below 16 are no requests"
                                : "it is shorter than it says, or than its kind has to be (%d bytes)"
                                        .formatted(dialog.length());
        return "%s is thrown away by the kernel without an answer: %s".formatted(dialog.matter(), because);
    }

    private static OptionalLong room(TaskTrack track) {
        int syscall = track.task.syscall().orElse(-1);
        boolean isRecvfrom = syscall == RECVFROM || syscall == RECVFROM_ARM64;
        return isRecvfrom && track.task.arguments().size() > LENGTH_ARGUMENT
                ? OptionalLong.of(track.task.arguments().get(LENGTH_ARGUMENT))
                : OptionalLong.empty();
    }

    private static Verdict verdict(
            TaskTrack track, Dialog dialog, HangClass hangClass, Confidence confidence, String... why) {
        List<String> all = new ArrayList<>(List.of(why));
        all.add(track.shown());
        all.add(answered(dialog.speaker()) + "; one receive has not returned");
        return Verdict.of(
                key(track),
                hangClass,
                Math.max(dialog.lastNanos(), dialog.startNanos()),
                dialog.speaker().netns(),
                dialog.speaker().party().isKnown() ? dialog.speaker().party() : track.party(),
                dialog.matter(),
                all,
                confidence);
    }

    static String answered(Speaker speaker) {
        return "of %,d requests on this socket %,d were answered".formatted(speaker.requests(), speaker.answered());
    }

    private static Object key(TaskTrack track) {
        return "reader " + track.task.tid();
    }
}
