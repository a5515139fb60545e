// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.author.Party;
import io.nltap.netlink.dialog.Speaker;
import io.nltap.netlink.evidence.EvidenceSample;
import io.nltap.netlink.evidence.SocketRow;
import io.nltap.netlink.evidence.TaskState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** All that was seen beside the wire, as far as it still matters. */
final class EvidenceHistory {
    private static final int MAX_NAMESPACES = 1024;
    private static final int MAX_TASKS = 16_384;

    /** A thread that no sample of this time has shown is gone, or not looked at any more. */
    private static final long FORGOTTEN_NANOS = 60_000_000_000L;

    private final Map<String, NamespaceEvidence> namespaces = new LinkedHashMap<>();
    private final Map<Integer, TaskTrack> tasks = new LinkedHashMap<>();
    private final Map<Integer, Long> lastSeen = new LinkedHashMap<>();
    /** For as long as it may take a busy machine to look at everybody again. */
    private static final long STILL_THERE_NANOS = 30_000_000_000L;

    private long samples;
    private long latestNanos;
    private long omitted;

    void accept(EvidenceSample sample) {
        samples++;
        latestNanos = Math.max(latestNanos, sample.timeNanos());
        omitted += sample.omitted();
        NamespaceEvidence namespace = namespaces.get(sample.netns());
        if (namespace != null) {
            namespace.accept(sample);
        } else if (namespaces.size() < MAX_NAMESPACES) {
            namespace = new NamespaceEvidence(sample);
            namespaces.put(sample.netns(), namespace);
        } else {
            omitted++;
            return;
        }
        Set<Long> inodes = new HashSet<>();
        sample.sockets().stream().map(SocketRow::inode).forEach(inodes::add);
        sample.holders().forEach(holder -> see(holder.pid(), sample.timeNanos()));
        for (TaskState task : sample.tasks()) {
            see(task.pid(), sample.timeNanos());
            seeTask(sample, namespace, inodes, task);
        }
        tasks.values().removeIf(each -> latestNanos - each.lastNanos > FORGOTTEN_NANOS);
    }

    private void see(int pid, long nanos) {
        if (lastSeen.size() < MAX_TASKS || lastSeen.containsKey(pid)) {
            lastSeen.put(pid, nanos);
        } else {
            lastSeen.clear(); // they are seen again, if they are there
        }
    }

    /** Whether a sample of that time or later shows the process. */
    boolean hasBeenSeen(int pid, long nanos) {
        Long seen = lastSeen.get(pid);
        return seen != null && seen >= nanos;
    }

    private void seeTask(EvidenceSample sample, NamespaceEvidence namespace, Set<Long> inodes, TaskState task) {
        boolean isOnNetlink =
                task.fdInode().isPresent() && inodes.contains(task.fdInode().getAsLong());
        Whereabouts whereabouts = Whereabouts.of(task, isOnNetlink);
        TaskTrack track = tasks.get(task.tid());
        if (track != null && track.task.pid() == task.pid()) {
            boolean knowsMore = isOnNetlink || track.lastNanos != sample.timeNanos();
            if (knowsMore) {
                track.see(task, whereabouts, sample.timeNanos(), isOnNetlink ? sample.netns() : track.netns);
            }
        } else if (tasks.size() < MAX_TASKS || track != null) {
            tasks.put(task.tid(), new TaskTrack(task, whereabouts, sample.timeNanos(), sample.netns()));
        } else {
            omitted++;
        }
        if (whereabouts == Whereabouts.RECEIVES) {
            List<SocketTrack> sockets = namespace.socketsOf(task);
            if (sockets.size() == 1) {
                sockets.get(0).readBy(task.tid());
            }
        }
    }

    Optional<NamespaceEvidence> of(String netns) {
        return Optional.ofNullable(namespaces.get(netns));
    }

    Collection<NamespaceEvidence> namespaces() {
        return Collections.unmodifiableCollection(namespaces.values());
    }

    /**
     * Whose the speaker is; where the file does not say, the only process that has its socket open. Its name may be known by
     * its threads only.
     */
    Party partyOf(Speaker speaker) {
        Party party = speaker.party();
        if (party.isKnown() && !party.isKernel() && party.comm().isEmpty()) {
            return named(party.pid().getAsInt()).orElse(party);
        }
        if (party.isKnown() || !speaker.isSocket()) {
            return party;
        }
        return of(speaker.netns())
                .flatMap(each ->
                        each.socketAt(speaker.protocol(), speaker.ports().get(0)))
                .filter(each -> each.holders.size() == 1)
                .map(each -> partyOf(each.holders.iterator().next()))
                .orElse(Party.UNKNOWN);
    }

    /** Whether the thread is in one of the namespaces that are looked at, as far as that is known. */
    boolean isInside(TaskState task) {
        return task.netnsInode().isEmpty()
                || namespaces.values().stream()
                        .map(each -> each.latest().netnsInode())
                        .anyMatch(each -> each.isEmpty() || each.equals(task.netnsInode()));
    }

    /** The socket, if it is open. */
    Optional<SocketTrack> socket(long inode) {
        return namespaces.values().stream()
                .flatMap(each -> each.socket(inode).stream())
                .findFirst();
    }

    /** Of all namespaces: see {@link NamespaceEvidence#socketsOf}. */
    List<SocketTrack> socketsOf(TaskState task) {
        return namespaces.values().stream()
                .flatMap(each -> each.socketsOf(task).stream())
                .toList();
    }

    private Party partyOf(int pid) {
        return named(pid)
                .orElseGet(() -> new Party(OptionalInt.of(pid), Optional.empty(), Optional.empty(), Optional.empty()));
    }

    private Optional<Party> named(int pid) {
        return tasks.values().stream()
                .filter(each -> each.task.pid() == pid)
                .findFirst()
                .map(TaskTrack::party);
    }

    /** Threads that the latest samples show. */
    List<TaskTrack> tasks() {
        List<TaskTrack> recent = new ArrayList<>();
        for (TaskTrack each : tasks.values()) {
            if (isRecent(each)) {
                recent.add(each);
            }
        }
        return recent;
    }

    List<TaskTrack> tasksOf(int pid) {
        return tasks().stream().filter(each -> each.task.pid() == pid).toList();
    }

    /** Likewise, those among them that only samples show which are some seconds old. */
    List<TaskTrack> earlierTasksOf(int pid) {
        return tasks.values().stream().filter(each -> each.task.pid() == pid).toList();
    }

    boolean isEmpty() {
        return samples == 0;
    }

    long samples() {
        return samples;
    }

    long latestNanos() {
        return latestNanos;
    }

    /** Rows, holders and threads for which there was no room, in the samples or here. */
    long omitted() {
        return omitted
                + namespaces.values().stream()
                        .mapToLong(NamespaceEvidence::omitted)
                        .sum();
    }

    /**
     * Samples of several namespaces come one after the other; and where one has left something out, a thread that it does not
     * show may still be where it was.
     */
    private boolean isRecent(TaskTrack track) {
        NamespaceEvidence namespace = namespaces.get(track.netns);
        return namespace == null
                || track.lastNanos >= namespace.latest().timeNanos()
                || (track.lastNanos >= namespace.wholeNanos() && latestNanos - track.lastNanos < STILL_THERE_NANOS);
    }
}
