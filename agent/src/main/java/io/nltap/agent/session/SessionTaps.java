// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.frame.Reason;
import io.nltap.agent.metrics.AgentCounter;
import io.nltap.agent.process.PodLocation;
import io.nltap.agent.process.ProcessSnapshot;
import io.nltap.agent.scope.Scope;
import io.nltap.api.v1alpha1.Attributing;
import io.nltap.api.v1alpha1.Engine;
import io.nltap.api.v1alpha1.ModuleState;
import io.nltap.api.v1alpha1.NodeContainer;
import io.nltap.api.v1alpha1.NodeTarget;
import io.nltap.api.v1alpha1.TargetStatus;
import io.nltap.netlink.pcapng.InterfaceDescription;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The taps of one session: looks for the pods, opens a tap for each namespace that is wanted and closes each that is not.
 * Used by one thread, but for {@link #lost} and {@link #callBack}.
 */
final class SessionTaps {
    private static final Logger LOG = LoggerFactory.getLogger(SessionTaps.class);

    /** How long none of the pods may be capturable before the session ends without having begun. */
    private static final Duration HOPELESS_AFTER = Duration.ofSeconds(10);

    /** If one of these keeps the first tap from being opened, another pod's will fail the same way. */
    private static final Set<Reason> OF_THE_NODE = Set.of(
            Reason.NO_NLMON,
            Reason.MISSING_CAPABILITY,
            Reason.NODE_STATE_UNWRITABLE,
            Reason.SPOOL_FULL,
            Reason.DISK_ERROR);

    /** Makes what frames are recorded with, before the first tap is opened. */
    @FunctionalInterface
    interface RecordingStart {
        Recording start() throws CaptureException;
    }

    private record Loss(long netns, TapCounters counted, String why) {}

    private final NodeCaptureRef ref;
    private final SessionStages stages;
    private final TargetLedger ledger;
    private final Map<Long, NetnsTap> open = new LinkedHashMap<>();
    private final Map<Long, List<NodeTarget>> subjects = new HashMap<>();
    private final AttributionNote attribution = new AttributionNote();
    private final Queue<Loss> losses = new ConcurrentLinkedQueue<>();
    private final Object gate = new Object();
    private boolean inKernel;
    private Optional<Instant> startTime = Optional.empty();
    private Optional<Engine> engine = Optional.empty();
    private Optional<ModuleState> module = Optional.empty();
    private Optional<Long> hopelessSince = Optional.empty();
    private Optional<SessionAnalysis> watching = Optional.empty();

    SessionTaps(NodeCaptureRef ref, SessionStages stages) {
        this.ref = ref;
        this.stages = stages;
        this.ledger = new TargetLedger(stages.clock());
    }

    /** The capture thread does not read a tap any more. May be called by any thread. */
    void lost(long netns, TapCounters counted, String why) {
        losses.add(new Loss(netns, counted, why));
    }

    /**
     * Brings the taps in line with the order and with what runs on the node.
     *
     * @return why the session cannot go on, if it cannot
     */
    Optional<SessionEnd> adjust(SessionOrder order, RecordingStart recording) throws InterruptedException {
        closeLost();
        stages.names().learn(ref, order.capture().namespace(), order.targets());
        Map<String, PodLocation> locations = new HashMap<>();
        ProcessSnapshot processes = stages.processes().snapshot();
        for (NodeTarget target : order.targets()) {
            locations.put(target.podUid(), locate(processes, target));
        }
        Optional<SessionEnd> blind = blind(locations);
        if (blind.isPresent()) {
            return blind;
        }
        TapPlan plan = ledger.plan(
                order.targets(),
                locations,
                processes.number(),
                stages.nanoTime().getAsLong());
        if (!plan.close().isEmpty()) {
            Recording running = started(recording);
            for (long netns : plan.close()) {
                ledger.closed(netns, running.thread().remove(netns));
                close(netns, "no process of the pod is left there, or it is not wanted any more");
            }
        }
        for (TapPlan.Opening opening : plan.open()) {
            Optional<SessionEnd> end = open(order, opening, recording);
            if (end.isPresent()) {
                return end;
            }
        }
        if (!open.isEmpty()) {
            follow(started(recording));
        }
        return hopeless();
    }

    /** Tells the capture thread which pods are in the tapped namespaces by now, and which containers they have. */
    private void follow(Recording running) {
        for (Map.Entry<Long, NetnsTap> each : open.entrySet()) {
            List<NodeTarget> now = ledger.targetsAt(each.getKey());
            if (!now.equals(subjects.put(each.getKey(), now))) {
                running.thread().setSubjects(each.getKey(), TargetSubjects.of(now));
                running.analysis().setSubjects(each.getKey(), TargetSubjects.of(now));
            }
        }
    }

    private Recording started(RecordingStart recording) {
        try {
            return recording.start();
        } catch (CaptureException e) {
            throw new IllegalStateException("where a tap is open, recording has been started", e);
        }
    }

    private PodLocation locate(ProcessSnapshot processes, NodeTarget target) {
        Set<String> containers =
                target.containers().stream().map(NodeContainer::id).collect(Collectors.toSet());
        return stages.locator()
                .locate(
                        processes,
                        target.podUid(),
                        containers,
                        target.hostNetwork(),
                        ledger.knownNetns(target.podUid()));
    }

    private Optional<SessionEnd> blind(Map<String, PodLocation> locations) {
        if (!open.isEmpty()) {
            return Optional.empty();
        }
        return locations.values().stream()
                .filter(PodLocation.Unreadable.class::isInstance)
                .map(location -> SessionEnd.error(
                        Reason.MISSING_CAPABILITY, TargetLedger.unreadable((PodLocation.Unreadable) location)))
                .findFirst();
    }

    private Optional<SessionEnd> open(SessionOrder order, TapPlan.Opening opening, RecordingStart recording) {
        try {
            Recording running = recording.start();
            CaptureThread thread = running.thread();
            NetnsTap tap = openInterruptibly(opening.pid());
            if (tap.netns() != opening.netns()) {
                tap.close(); // the process has gone and its id is another's by now, or it has moved: look again
                return Optional.empty();
            }
            open.put(tap.netns(), tap);
            engine = Optional.of(tap.engine());
            module = module.or(() -> Optional.of(tap.module()));
            startTime = startTime.or(() -> Optional.of(stages.clock().instant()));
            attribution.note(tap);
            subjects.put(tap.netns(), opening.pods());
            InterfaceDescription description = describe(order, opening);
            thread.add(
                    tap.netns(),
                    tap.feed(),
                    new Scope(
                            surroundings(tap.netns()),
                            FilterReading.of(order.filter(), ""),
                            tap.listeners(),
                            stages.ownPid(),
                            tap.ownGroups()),
                    TargetSubjects.of(opening.pods()),
                    description,
                    running.analysis().overhearing(description.name()));
            ledger.opened(tap.netns());
            watch(running, tap, description.name(), opening.pods());
            LOG.atInfo()
                    .addKeyValue("capture", ref)
                    .addKeyValue("pods", names(opening.pods()))
                    .addKeyValue("netns", tap.netns())
                    .addKeyValue("engine", tap.engine())
                    .log("tap opened");
            return Optional.empty();
        } catch (InterruptedException e) {
            return Optional.empty(); // called back, because the session ends
        } catch (CaptureException e) {
            LOG.atWarn()
                    .addKeyValue("capture", ref)
                    .addKeyValue("pods", names(opening.pods()))
                    .addKeyValue("netns", opening.netns())
                    .addKeyValue("reason", e.reason())
                    .addKeyValue("why", e.getMessage())
                    .log("tap not opened");
            if (open.isEmpty() && OF_THE_NODE.contains(e.reason())) {
                return Optional.of(SessionEnd.of(e));
            }
            if (e.reason() != Reason.NETWORK_NAMESPACE_GONE) {
                ledger.failed(
                        opening.netns(),
                        String.valueOf(e.getMessage()),
                        stages.nanoTime().getAsLong());
            }
            return Optional.empty();
        }
    }

    private void watch(Recording running, NetnsTap tap, String name, List<NodeTarget> pods)
            throws InterruptedException {
        watching = Optional.of(running.analysis());
        running.analysis()
                .watch(
                        tap,
                        name,
                        surroundings(tap.netns()) == Scope.Surroundings.SHARED,
                        TargetSubjects.of(pods),
                        () -> running.thread()
                                .report()
                                .live()
                                .getOrDefault(tap.netns(), TapCounters.ZERO)
                                .losses());
    }

    private NetnsTap openInterruptibly(int pid) throws CaptureException, InterruptedException {
        synchronized (gate) {
            inKernel = true;
        }
        try {
            return stages.taps().open(pid);
        } finally {
            synchronized (gate) {
                inKernel = false;
                Thread.interrupted(); // what called back has been noted elsewhere, and must not disturb what follows
            }
        }
    }

    /** Calls the thread back that opens a tap, if one is just being opened: the kernel may keep it waiting for long. */
    void callBack(Thread opener) {
        synchronized (gate) {
            if (inKernel) {
                opener.interrupt();
            }
        }
    }

    private Optional<SessionEnd> hopeless() {
        Optional<String> why = open.isEmpty() && startTime.isEmpty() ? ledger.everythingFailed() : Optional.empty();
        if (why.isEmpty()) {
            hopelessSince = Optional.empty();
            return Optional.empty();
        }
        long now = stages.nanoTime().getAsLong();
        long since = hopelessSince.orElse(now);
        hopelessSince = Optional.of(since);
        return now - since < HOPELESS_AFTER.toNanos()
                ? Optional.empty()
                : why.map(message -> SessionEnd.error(Reason.NO_USABLE_TARGET, message));
    }

    private void closeLost() {
        for (Loss loss = losses.poll(); loss != null; loss = losses.poll()) {
            stages.counters().increment(AgentCounter.TAPS_LOST);
            ledger.lost(loss.netns(), loss.counted(), stages.nanoTime().getAsLong());
            close(loss.netns(), loss.why());
        }
    }

    /** @param live what the taps that are still open have counted; nobody reads them any more */
    void closeAll(Map<Long, TapCounters> live) {
        closeLost();
        for (long netns : List.copyOf(open.keySet())) {
            ledger.closed(netns, live.getOrDefault(netns, TapCounters.ZERO));
            close(netns, "the capture has ended");
        }
        ledger.end();
        stages.names().leave(ref);
    }

    private void close(long netns, String why) {
        NetnsTap tap = open.remove(netns);
        subjects.remove(netns);
        if (tap != null) {
            watching.ifPresent(analysis -> analysis.unwatch(tap));
            tap.close();
            LOG.atInfo()
                    .addKeyValue("capture", ref)
                    .addKeyValue("netns", netns)
                    .addKeyValue("why", why)
                    .log("tap closed");
        }
    }

    /** When the first tap was open, by the node's clock; empty before. */
    Optional<Instant> startTime() {
        return startTime;
    }

    /** The engine of the tap that was opened last. */
    Optional<Engine> engine() {
        return engine;
    }

    /** How the module came to be there when the first tap was opened. */
    Optional<ModuleState> module() {
        return module;
    }

    /** What tells whose frames are, in the tap that can tell the least. */
    Optional<Attributing> attribution() {
        return attribution.worst();
    }

    List<TargetStatus> statuses(Map<Long, TapCounters> live) {
        return ledger.statuses(live);
    }

    List<String> waiting() {
        return ledger.waiting();
    }

    private Scope.Surroundings surroundings(long netns) {
        OptionalLong host = stages.processes().hostNetns();
        return host.isPresent() && host.getAsLong() != netns ? Scope.Surroundings.OWN : Scope.Surroundings.SHARED;
    }

    private InterfaceDescription describe(SessionOrder order, TapPlan.Opening opening) {
        NodeTarget first = opening.pods().get(0);
        String pods = opening.pods().stream()
                .map(pod -> "pod %s/%s uid %s".formatted(order.capture().namespace(), pod.podName(), pod.podUid()))
                .collect(Collectors.joining(", "));
        if (surroundings(opening.netns()) == Scope.Surroundings.SHARED) {
            return new InterfaceDescription(
                    "node " + order.node(),
                    "network namespace %d of node %s, and of it what pods of namespace %s say"
                            .formatted(
                                    opening.netns(),
                                    order.node(),
                                    order.capture().namespace()),
                    "Linux netlink (nlmon)");
        }
        String description = "%s on node %s, network namespace %d".formatted(pods, order.node(), opening.netns());
        return new InterfaceDescription(
                order.capture().namespace() + "/" + first.podName(), cut(description), "Linux netlink (nlmon)");
    }

    /** An option of pcapng may have 65535 bytes; nobody reads so many. */
    private static String cut(String text) {
        return text.length() <= 1024 ? text : text.substring(0, 1024);
    }

    private static String names(List<NodeTarget> pods) {
        return pods.stream().map(NodeTarget::podName).collect(Collectors.joining(","));
    }
}
