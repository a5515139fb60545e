// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.dialog.DialogTracker;
import io.nltap.netlink.dialog.Speaker;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Threads that wait to receive, process by process, and which socket each of them reads. The kernel tells it by the system
 * call's arguments; where it does not (User Mode Linux), a process has as many threads for its sockets as are not needed for
 * those that hang otherwise, or may be listened to.
 */
final class SocketReaders {
    private static final int GENERIC = 16;

    private final DialogTracker tracker;
    private final EvidenceHistory evidence;
    private final DialogDiagnosis beside;
    private final ReaderDiagnosis readers;

    SocketReaders(DialogTracker tracker, EvidenceHistory evidence, Settings settings, DialogDiagnosis beside) {
        this.tracker = tracker;
        this.evidence = evidence;
        this.beside = beside;
        this.readers = new ReaderDiagnosis(evidence, settings);
    }

    List<Verdict> verdicts() {
        Map<Integer, List<TaskTrack>> byProcess = new LinkedHashMap<>();
        for (TaskTrack track : evidence.tasks()) {
            if (track.whereabouts == Whereabouts.RECEIVES && track.looks > 1) {
                byProcess
                        .computeIfAbsent(track.task.pid(), pid -> new ArrayList<>())
                        .add(track);
            }
        }
        List<Verdict> verdicts = new ArrayList<>();
        byProcess.values().forEach(threads -> ofProcess(threads, verdicts));
        return verdicts;
    }

    private void ofProcess(List<TaskTrack> threads, List<Verdict> verdicts) {
        List<TaskTrack> unknown = new ArrayList<>();
        for (TaskTrack track : threads) {
            Optional<Verdict> orphan = orphan(track);
            if (orphan.isPresent()) {
                verdicts.add(orphan.get());
            } else if (track.task.fdInode().isPresent()) {
                evidence.socket(track.task.fdInode().getAsLong())
                        .filter(socket -> !beside.isExplained(socket))
                        .flatMap(socket -> of(track, socket))
                        .ifPresent(verdicts::add);
            } else {
                unknown.add(track);
            }
        }
        if (!unknown.isEmpty()) {
            ofUnknown(unknown, verdicts);
        }
    }

    /** Which of the sockets each thread reads is not known. */
    private void ofUnknown(List<TaskTrack> threads, List<Verdict> verdicts) {
        List<SocketTrack> sockets = evidence.socketsOf(threads.get(0).task);
        long left = threads.size();
        List<SocketTrack> candidates = new ArrayList<>();
        for (SocketTrack socket : sockets) {
            boolean isSpokenFor = beside.isExplained(socket) || (sockets.size() > 1 && mayListen(socket));
            if (isSpokenFor) {
                left--;
            } else {
                candidates.add(socket);
            }
        }
        for (SocketTrack socket : candidates) {
            TaskTrack track = threads.get(threads.size() - 1 - (int) Math.max(0, Math.min(left, threads.size()) - 1));
            Optional<Verdict> verdict = left > 0 ? of(track, socket) : Optional.empty();
            if (verdict.isPresent()) {
                verdicts.add(verdict.get());
                left--;
            }
        }
    }

    /** Groups above 32, as generic netlink has them, do not show. */
    private boolean mayListen(SocketTrack socket) {
        return socket.row.groups() != 0
                || socket.row.protocol() == GENERIC
                || evidence.namespaces().stream()
                        .noneMatch(each -> speaker(socket, each).isPresent());
    }

    private Optional<Verdict> of(TaskTrack track, SocketTrack socket) {
        for (NamespaceEvidence namespace : evidence.namespaces()) {
            if (namespace.has(socket) && namespace.isHeld(socket.row.inode())) {
                return readers.of(track, namespace, socket, speaker(socket, namespace));
            }
        }
        return Optional.empty();
    }

    private Optional<Verdict> orphan(TaskTrack track) {
        for (NamespaceEvidence namespace : evidence.namespaces()) {
            List<Speaker> own = tracker.speakers().stream()
                    .filter(each -> each.netns().equals(namespace.latest().netns()))
                    .filter(each -> evidence.partyOf(each).pid().stream().anyMatch(pid -> pid == track.task.pid()))
                    .toList();
            Optional<Verdict> orphan = readers.ofOrphan(track, namespace, own);
            if (orphan.isPresent()) {
                return orphan;
            }
        }
        return Optional.empty();
    }

    /** Who has spoken on the socket; of a request that nobody is known to have sent, it may be the sender. */
    private Optional<Speaker> speaker(SocketTrack socket, NamespaceEvidence namespace) {
        List<Speaker> candidates = tracker.speakers().stream()
                .filter(each ->
                        each.netns().equals(namespace.latest().netns()) && each.protocol() == socket.row.protocol())
                .toList();
        return candidates.stream()
                .filter(each -> each.ports().contains(socket.row.portId()))
                .findFirst()
                .or(() -> candidates.stream()
                        .filter(each -> each.ports().isEmpty()
                                && (!each.party().isKnown()
                                        || socket.holders.contains(
                                                each.party().pid().getAsInt())
                                        || each.party().pid().getAsInt() == socket.row.portId()))
                        .min((one, other) -> Boolean.compare(
                                other.party().isKnown(), one.party().isKnown())));
    }
}
