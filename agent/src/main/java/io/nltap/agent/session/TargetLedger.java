// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.process.PodLocation;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.NodeTarget;
import io.nltap.api.v1alpha1.TargetStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What became of each pod of a session, and what to tap next. It decides and remembers; others look for the pods, open
 * the taps and tell it what came of that. Used by one thread.
 *
 * <p>A tap keeps its network namespace alive, so it is given up as soon as no process of a pod is left in there.
 */
final class TargetLedger {
    /** A scan of the process table may miss a process that is replaced by its child in that very moment; two do not. */
    static final int SCANS_TO_BE_GONE = 2;

    /** A container's first process is in the host's namespace for a moment, before it enters that of its pod. */
    static final Duration HOST_NETWORK_GRACE = Duration.ofSeconds(3);

    static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    /** Pods that left the order are remembered for the status, but not without end. */
    private static final int REMEMBERED = 1000;

    private final InstantSource clock;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Set<Long> open = new HashSet<>();
    private final Map<Long, Long> notBefore = new HashMap<>();

    /** @param clock tells since when a pod is captured */
    TargetLedger(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * @param targets the pods that are wanted now
     * @param locations of each of them, by UID
     * @param scan number of the scan that told the locations
     * @param nowNanos monotonic
     */
    TapPlan plan(List<NodeTarget> targets, Map<String, PodLocation> locations, long scan, long nowNanos) {
        Set<String> wanted = targets.stream().map(NodeTarget::podUid).collect(Collectors.toSet());
        entries.values().removeIf(entry -> !wanted.contains(entry.target.podUid()) && entry.neverCaptured());
        entries.values().stream()
                .filter(entry -> !wanted.contains(entry.target.podUid()))
                .forEach(Entry::leave);
        for (NodeTarget target : targets) {
            Entry entry = entries.computeIfAbsent(target.podUid(), uid -> new Entry(target));
            entry.target = target;
            entry.move(locations.getOrDefault(target.podUid(), new PodLocation.Absent()), scan, nowNanos);
        }
        forgetOldest(wanted);
        return new TapPlan(openings(nowNanos), closings());
    }

    void opened(long netns) {
        open.add(netns);
        at(netns).forEach(entry -> entry.capture(clock.instant()));
    }

    /** @param why for the status of the pods in that namespace */
    void failed(long netns, String why, long nowNanos) {
        notBefore.put(netns, nowNanos + RETRY_AFTER.toNanos());
        at(netns).forEach(entry -> entry.become(TargetStatus.State.FAILED, Optional.of(why)));
    }

    /** The tap is closed, with everything that was counted there. */
    void closed(long netns, TapCounters counted) {
        open.remove(netns);
        for (Entry entry : entries.values()) {
            if (entry.countedAt == netns) {
                entry.before = entry.before.plus(counted.of(entry.target.podUid()));
                entry.countedAt = Entry.NOWHERE;
            }
        }
    }

    /** The device or the namespace went away under the tap: where processes of the pod are left, it is tapped again. */
    void lost(long netns, TapCounters counted, long nowNanos) {
        closed(netns, counted);
        notBefore.put(netns, nowNanos + Duration.ofSeconds(1).toNanos());
    }

    /** The session ends: what still captures has ended, what still waits will not be found any more. */
    void end() {
        for (Entry entry : entries.values()) {
            if (entry.state == TargetStatus.State.CAPTURING) {
                entry.become(TargetStatus.State.ENDED, Optional.empty());
            }
        }
    }

    boolean isOpen() {
        return !open.isEmpty();
    }

    /** The pods that are in a namespace now. */
    List<NodeTarget> targetsAt(long netns) {
        return at(netns).stream().map(entry -> entry.target).toList();
    }

    /** Where the pod was found last. */
    OptionalLong knownNetns(String podUid) {
        Entry entry = entries.get(podUid);
        return entry == null || entry.pid == 0 ? OptionalLong.empty() : OptionalLong.of(entry.netns);
    }

    /** Names of the pods that wait for a process. */
    List<String> waiting() {
        return entries.values().stream()
                .filter(entry -> entry.state == TargetStatus.State.WAITING)
                .map(entry -> entry.target.podName())
                .toList();
    }

    /** What is wrong with the pods, when something is wrong with all of them; empty while any is captured or awaited. */
    Optional<String> everythingFailed() {
        boolean all = !entries.isEmpty()
                && entries.values().stream().allMatch(entry -> entry.state == TargetStatus.State.FAILED);
        return all ? entries.values().iterator().next().message : Optional.empty();
    }

    /** @param live what the open taps have counted, by namespace */
    List<TargetStatus> statuses(Map<Long, TapCounters> live) {
        List<TargetStatus> statuses = new ArrayList<>(entries.size());
        for (Entry entry : entries.values()) {
            Counters now = live.getOrDefault(entry.countedAt, TapCounters.ZERO).of(entry.target.podUid());
            statuses.add(new TargetStatus(
                    entry.target.podUid(),
                    entry.target.podName(),
                    entry.state,
                    entry.message.orElse(null),
                    entry.netns == Entry.NOWHERE ? null : entry.netns,
                    entry.since.map(StatusSheet::time).orElse(null),
                    entry.before.plus(now)));
        }
        return statuses;
    }

    static String unreadable(PodLocation.Unreadable location) {
        return "Cannot read " + location.file()
                + ": the agent needs the capability CAP_SYS_PTRACE to see the namespaces of processes. Add it to"
                + " securityContext.capabilities of the agent's container, or run the agent privileged.";
    }

    private List<TapPlan.Opening> openings(long nowNanos) {
        Map<Long, List<Entry>> found = new LinkedHashMap<>();
        for (Entry entry : entries.values()) {
            if (entry.pid == 0) {
                continue;
            }
            if (open.contains(entry.netns)) {
                entry.capture(clock.instant());
            } else if (notBefore.getOrDefault(entry.netns, nowNanos) - nowNanos <= 0) {
                found.computeIfAbsent(entry.netns, netns -> new ArrayList<>()).add(entry);
            }
        }
        List<TapPlan.Opening> openings = new ArrayList<>();
        found.forEach((netns, pods) -> openings.add(new TapPlan.Opening(
                netns, pods.get(0).pid, pods.stream().map(pod -> pod.target).toList())));
        return openings;
    }

    private Set<Long> closings() {
        Set<Long> unused = new HashSet<>(open);
        entries.values().stream().filter(entry -> entry.pid != 0).forEach(entry -> unused.remove(entry.netns));
        return unused;
    }

    private List<Entry> at(long netns) {
        return entries.values().stream()
                .filter(entry -> entry.pid != 0 && entry.netns == netns)
                .toList();
    }

    private void forgetOldest(Set<String> wanted) {
        int surplus = entries.size() - wanted.size() - REMEMBERED;
        var oldest = entries.values().iterator();
        while (surplus > 0 && oldest.hasNext()) {
            if (!wanted.contains(oldest.next().target.podUid())) {
                oldest.remove();
                surplus--;
            }
        }
    }

    /** One pod. */
    private static final class Entry {
        static final long NOWHERE = -1;
        static final String ON_HOST_NETWORK =
                "All processes of the pod are in the network namespace of the node, though"
                        + " the pod has not asked for that (hostNetwork: true). Nothing of it is captured there.";

        NodeTarget target;
        TargetStatus.State state = TargetStatus.State.WAITING;
        Optional<String> message = Optional.empty();
        /** A process of it in {@link #netns}; 0 while none is known. */
        int pid;
        /** Where it is, or was. */
        long netns = NOWHERE;
        /** The open tap whose counts are this pod's too. */
        long countedAt = NOWHERE;

        Counters before = Counters.ZERO;
        Optional<Instant> since = Optional.empty();
        int scansMissed;
        long lastScan = -1;
        long onHostSince;
        boolean onHost;

        Entry(NodeTarget target) {
            this.target = target;
        }

        boolean neverCaptured() {
            return since.isEmpty();
        }

        void become(TargetStatus.State next, Optional<String> why) {
            state = next;
            message = why;
        }

        void capture(Instant now) {
            become(TargetStatus.State.CAPTURING, Optional.empty());
            since = since.or(() -> Optional.of(now));
            // While the tap of the namespace it was in before is open, that one's counts are not in yet.
            countedAt = countedAt == NOWHERE ? netns : countedAt;
        }

        void leave() {
            pid = 0;
            if (state == TargetStatus.State.CAPTURING) {
                become(TargetStatus.State.ENDED, Optional.empty());
            }
        }

        private void foundAt(int process, long namespace) {
            scansMissed = 0;
            if (pid == 0 && state != TargetStatus.State.FAILED) {
                become(TargetStatus.State.WAITING, Optional.empty());
            }
            pid = process;
            netns = namespace;
        }

        void move(PodLocation location, long scan, long nowNanos) {
            boolean newScan = scan != lastScan;
            lastScan = scan;
            if (!(location instanceof PodLocation.OnHostNetwork)) {
                onHost = false;
            }
            if (location instanceof PodLocation.Found found) {
                foundAt(found.pid(), found.netns());
                return;
            }
            if (location instanceof PodLocation.OnHostNetwork host && target.hostNetwork()) {
                foundAt(host.pid(), host.netns());
                return;
            }
            if (pid != 0) {
                scansMissed += newScan ? 1 : 0;
                if (scansMissed < SCANS_TO_BE_GONE) {
                    return;
                }
                pid = 0;
                become(neverCaptured() ? TargetStatus.State.WAITING : TargetStatus.State.GONE, Optional.empty());
            }
            if (location instanceof PodLocation.OnHostNetwork) {
                onHostSince = onHost ? onHostSince : nowNanos;
                onHost = true;
                if (nowNanos - onHostSince >= HOST_NETWORK_GRACE.toNanos()) {
                    become(TargetStatus.State.FAILED, Optional.of(ON_HOST_NETWORK));
                }
            } else if (location instanceof PodLocation.Unreadable unreadable) {
                become(TargetStatus.State.FAILED, Optional.of(unreadable(unreadable)));
            } else if (state == TargetStatus.State.FAILED) {
                become(neverCaptured() ? TargetStatus.State.WAITING : TargetStatus.State.GONE, Optional.empty());
            }
        }
    }
}
