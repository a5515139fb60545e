// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import io.nltap.agent.frame.NodeProcesses;
import io.nltap.agent.frame.ProcessIdentity;
import io.nltap.agent.linux.NetNs;
import io.nltap.netlink.evidence.CaptureLosses;
import io.nltap.netlink.evidence.EvidenceSample;
import io.nltap.netlink.evidence.SocketHolder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the sockets of the watched namespaces of all captures about once a second, on a thread of its own, and sooner while
 * something is under way that takes long. At processes, which takes much longer, it looks every few seconds while all is well,
 * and each time when sockets have come or gone or something is at work at two looks in a row. While nothing is watched it sleeps.
 */
public final class NodeEvidence implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeEvidence.class);

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static final Duration USUAL = Duration.ofSeconds(1);
    private static final Duration SOON = Duration.ofMillis(250);
    private static final int SOON_ROUNDS = 40;
    private static final Duration WHILE_ALL_IS_WELL = Duration.ofSeconds(4);

    /** For whose the sockets are, and for what threads do: on a busy machine, too, a sample shall follow soon. */
    private static final Duration FOR_OWNERS = Duration.ofMillis(500);

    private static final Duration FOR_THREADS = Duration.ofMillis(750);

    private final NodeProcesses processes;
    private final Path proc;
    private final int ownPid;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final SocketOwners owners;
    private final Threads threads;
    private final CpuAllowance allowance;
    private final Thread thread;

    private final List<NamespaceWatch> watches = new ArrayList<>();
    private boolean closed;
    private int stuckLooks;
    private long lookedAt;
    private volatile ProcessesSeen seen = ProcessesSeen.NOTHING;

    private NodeEvidence(
            NodeProcesses processes, Path proc, int ownPid, String architecture, Clock clock, LongSupplier nanoTime) {
        this.processes = processes;
        this.proc = proc;
        this.ownPid = ownPid;
        this.clock = clock;
        this.nanoTime = nanoTime;
        ProcFiles files = new ProcFiles(proc);
        this.owners = new SocketOwners(files, nanoTime);
        this.threads = new Threads(files, new ThreadReading(files, SocketCalls.of(architecture), this::epochNanos));
        this.allowance = new CpuAllowance(nanoTime, THREADS::getCurrentThreadCpuTime);
        this.thread = new Thread(this::run, "evidence");
        this.thread.setDaemon(true);
    }

    /**
     * @param proc the node's {@code /proc}, in which this process is too
     * @param ownPid of this process, in that numbering; it is not looked at
     * @param architecture as Java calls it, {@code os.arch}
     * @param clock by which frames are stamped
     * @param nanoTime monotonic, as {@link System#nanoTime}
     */
    public static NodeEvidence start(
            NodeProcesses processes, Path proc, int ownPid, String architecture, Clock clock, LongSupplier nanoTime) {
        NodeEvidence evidence = new NodeEvidence(processes, proc, ownPid, architecture, clock, nanoTime);
        evidence.thread.start();
        return evidence;
    }

    /** One namespace that is being watched; when it is closed, a last sample has been taken. */
    public interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * @param namespace stays the caller's; it is kept alive until the watch is closed
     * @param name of the capture file's interface for it
     * @param device name of the capture's own nlmon device there
     * @param scope what of all that is seen goes into samples
     * @param losses frames lost or left out until now; must not wait
     * @param sink is called by the thread of this, or by whoever closes the watch; must not wait
     */
    public Watch watch(
            NetNs namespace,
            String name,
            String device,
            SightScope scope,
            Supplier<CaptureLosses> losses,
            Consumer<EvidenceSample> sink)
            throws IOException, InterruptedException {
        SocketTable table = SocketTable.open(namespace, proc);
        NamespaceWatch watch;
        try {
            watch = new NamespaceWatch(
                    namespace.id().inode(),
                    name,
                    table,
                    OtherTaps.open(namespace, proc, device),
                    scope,
                    epochNanos(),
                    losses,
                    sink);
        } catch (IOException | InterruptedException | RuntimeException e) {
            table.close();
            throw e;
        }
        synchronized (this) {
            watches.add(watch);
            notifyAll();
        }
        return () -> forget(watch, true);
    }

    private void run() {
        try {
            Duration pause = Duration.ZERO;
            while (rest(pause)) {
                pause = look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean rest(Duration pause) throws InterruptedException {
        long end = nanoTime.getAsLong() + pause.toNanos();
        while (!closed) {
            long left = end - nanoTime.getAsLong();
            if (left <= 0 && !watches.isEmpty()) {
                return true;
            }
            wait(watches.isEmpty() ? 0 : left / 1_000_000 + 1);
        }
        return false;
    }

    /** @return how long to rest */
    private Duration look() throws InterruptedException {
        List<NamespaceWatch> now = watched();
        boolean urgent = seen.stuck() || now.stream().anyMatch(NamespaceWatch::isUrgent);
        allowance.rested(urgent);
        for (NamespaceWatch watch : now) {
            read(watch);
        }
        if (urgent || isTimeForProcesses(now)) {
            lookedAt = nanoTime.getAsLong();
            // Not under the lock: a thread of /proc that changes its program keeps whoever looks at it waiting.
            allowance.begin(FOR_OWNERS);
            seen = allowance.isLeft() ? lookAtProcesses(now, urgent) : seen.withoutThreads();
            now.forEach(watch -> watch.tell(seen, nanoTime.getAsLong(), false));
        }
        return pause(now);
    }

    private boolean isTimeForProcesses(List<NamespaceWatch> now) {
        long nanos = nanoTime.getAsLong();
        return nanos - lookedAt >= WHILE_ALL_IS_WELL.toNanos()
                || stuckLooks > 0
                || now.stream().anyMatch(watch -> watch.wantsProcesses(nanos));
    }

    private synchronized List<NamespaceWatch> watched() {
        return List.copyOf(watches);
    }

    private void read(NamespaceWatch watch) throws InterruptedException {
        try {
            watch.read(nanoTime.getAsLong(), epochNanos());
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("netns", watch.netns())
                    .addKeyValue("why", e.getMessage())
                    .log("netlink sockets of a namespace cannot be read any more");
            forget(watch, false);
        }
    }

    private ProcessesSeen lookAtProcesses(List<NamespaceWatch> now, boolean urgent) {
        Map<Integer, ProcessIdentity> all = new HashMap<>();
        for (ProcessIdentity process : processes.all()) {
            if (process.pid() != ownPid) {
                all.put(process.pid(), process);
            }
        }
        Map<Long, Long> sockets = new HashMap<>();
        Set<Long> namespaces = new HashSet<>();
        for (NamespaceWatch watch : now) {
            sockets.putAll(watch.sockets());
            namespaces.add(watch.netns());
        }
        owners.look(all, sockets, namespaces, urgent, allowance);
        allowance.begin(FOR_THREADS);
        threads.look(all, owners.processes(), owners.suspects(all, sockets, namespaces), urgent, allowance);
        stuckLooks = threads.stuck().isPresent() ? stuckLooks + 1 : 0;
        List<SocketHolder> holders = owners.of(sockets.keySet());
        OnlySocket only = new OnlySocket(holders);
        return new ProcessesSeen(
                holders,
                threads.all().stream().map(only::fill).toList(),
                threads.omitted() + owners.missing(sockets),
                stuckLooks > 1,
                all);
    }

    /** Sooner when something may hang, but not for ever. */
    private Duration pause(List<NamespaceWatch> now) {
        boolean soon = now.stream().anyMatch(watch -> watch.isBusy() && watch.busyRounds() < SOON_ROUNDS);
        return soon || (stuckLooks > 0 && stuckLooks < SOON_ROUNDS) ? SOON : USUAL;
    }

    private long epochNanos() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    private void forget(NamespaceWatch watch, boolean lookAgain) {
        synchronized (this) {
            if (!watches.remove(watch)) {
                return;
            }
        }
        try (watch) {
            if (lookAgain) {
                watch.read(nanoTime.getAsLong(), epochNanos());
                watch.tell(seen, nanoTime.getAsLong(), true);
            }
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("netns", watch.netns()).setCause(e).log("no last look at a namespace");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops looking; what is still being watched is watched no more. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        watched().forEach(watch -> forget(watch, true));
    }
}
