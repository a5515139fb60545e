// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.FrameTag;
import io.nltap.agent.frame.NodeProcesses;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.NetNs;
import io.nltap.agent.linux.NetNsId;
import io.nltap.agent.linux.PacketSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known on this node of those who speak netlink, shared by all sessions and taps: one for each agent. It has a
 * thread that looks up what the taps ask for and a thread that takes care that what is known does not get old.
 */
public final class NodeAuthors implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeAuthors.class);
    private static final Duration CARE_INTERVAL = Duration.ofSeconds(1);
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(5);

    /** While the kernel names all senders, waking up so often would cost more than reading their frames. */
    private static final Duration UNWATCHED_INTERVAL = Duration.ofSeconds(1);

    /** Looking at once at who speaks for the first time takes a fifth of one CPU at most, of all taps. */
    private static final long ALARM_REST_FACTOR = 5;

    private static final Duration ALARMS_SAVED = Duration.ofMillis(100);

    private static final Duration FIRST_SEARCH = Duration.ofSeconds(2);
    private static final int ENDED_REMEMBERED = 4096;

    private final NodeProcesses processes;
    private final Path proc;
    private final LongSupplier nanoTime;
    private final Clock clock;
    private final EndedProcesses ended;
    private final ProcessTicks ticks;
    private final Owners owners;
    private final SocketHolders holders;
    private final Lookups lookups;
    private final Lookups.Chore verify;
    private final Set<Tap> taps = ConcurrentHashMap.newKeySet();
    private final NewSenders newSenders;
    private final SavedTime alarms;
    private final Thread care;
    private final Thread watch;
    private @Nullable ExitWatch exits;
    private long firstNetns;
    private String lacking = "";
    private volatile boolean closed;

    /** Of how many taps somebody was asked for lately. */
    private volatile int watched;

    /** Whether the watching thread waits for somebody to be asked for. */
    private volatile boolean resting;

    private record Tap(TapSockets sockets, Lookups.Chore watch, Lookups.Chore refresh, Optional<PacketSocket> firsts) {}

    private NodeAuthors(
            NodeProcesses processes, Path proc, int ownPid, ProcessTicks ticks, LongSupplier nanoTime, Clock clock)
            throws KernelException {
        this.newSenders = NewSenders.start(nanoTime);
        this.alarms = new SavedTime(ALARM_REST_FACTOR, ALARMS_SAVED, nanoTime, SavedTime.OF_THIS_THREAD);
        this.processes = processes;
        this.ticks = ticks;
        this.ended = new EndedProcesses(ENDED_REMEMBERED, nanoTime.getAsLong());
        this.proc = proc;
        this.nanoTime = nanoTime;
        this.clock = clock;
        this.owners = new Owners(processes, ended, ticks, this::catchUp, ownPid);
        this.holders = new SocketHolders(proc, processes, ticks, nanoTime);
        this.lookups = new Lookups(nanoTime);
        this.verify = lookups.chore(owners::verify);
        this.care = new Thread(this::care, "authors-care");
        this.care.setDaemon(true);
        this.watch = new Thread(this::watch, "authors-watch");
        this.watch.setDaemon(true);
    }

    /**
     * @param proc the node's {@code /proc}, in which this process is too
     * @param nanoTime {@code CLOCK_MONOTONIC}, as {@link System#nanoTime}
     * @param clock by which frames are stamped
     * @throws IOException when this process is not in {@code proc}
     */
    public static NodeAuthors start(NodeProcesses processes, Path proc, LongSupplier nanoTime, Clock clock)
            throws IOException, InterruptedException {
        int ownPid =
                Integer.parseInt(Files.readSymbolicLink(proc.resolve("self")).toString());
        NodeAuthors authors =
                new NodeAuthors(processes, proc, ownPid, ProcessTicks.of(proc, nanoTime.getAsLong()), nanoTime, clock);
        authors.watchExits();
        authors.care.start();
        authors.watch.start();
        return authors;
    }

    private void watchExits() throws InterruptedException {
        try {
            exits = ExitWatch.start(proc, processes, ended, owners, ticks, nanoTime);
            firstNetns = NetNsId.of(proc.resolve("1/ns/net")).inode();
        } catch (IOException e) {
            lacking = "commands that ended before they could be looked up are not known: " + e.getMessage();
            LOG.atWarn().addKeyValue("why", e.getMessage()).log("the kernel does not report ended processes");
        }
    }

    /** What the node lacks for the best answers, a sentence for people; empty when nothing is lacking. */
    public String lacking() {
        return lacking;
    }

    /**
     * Begins to attribute the frames of a tap of one session.
     *
     * @param namespace of the tap; stays the caller's. It is kept alive until what is returned is closed
     * @param firsts receives the first frame of each sender, if it can be had; belongs to what is returned
     */
    public TapAuthors open(NetNs namespace, Optional<PacketSocket> firsts) throws IOException, InterruptedException {
        Tap tap;
        try {
            tap = tap(namespace, firsts);
        } catch (IOException | InterruptedException | RuntimeException e) {
            firsts.ifPresent(PacketSocket::close);
            throw e;
        }
        begin(tap);
        try {
            // The first search takes much longer than all others, and no frame should have to wait for it.
            lookups.begin(Executors.callable(tap.sockets()::rehearse))
                    .ifPresent(search -> search.await(FIRST_SEARCH.toNanos()));
            return new TapAuthors(
                    new TapLookup(this, tap.sockets(), new Patience(nanoTime)),
                    tap.sockets(),
                    QueuePorts.open(namespace, proc),
                    () -> forget(tap));
        } catch (InterruptedException | RuntimeException e) {
            forget(tap);
            throw e;
        }
    }

    private Tap tap(NetNs namespace, Optional<PacketSocket> firsts) throws IOException, InterruptedException {
        long netns = namespace.id().inode();
        ExitWatch watch = exits;
        TapSockets sockets = new TapSockets(
                NetlinkTable.open(namespace, proc),
                netns,
                owners,
                holders,
                new SocketSearch(netns, processes, owners, holders, ended, ticks, this::catchUp),
                watch == null || netns != firstNetns ? OptionalInt.empty() : OptionalInt.of(watch.family()),
                nanoTime,
                lookups::isAsked);
        return new Tap(sockets, lookups.chore(() -> sockets.watch(watched)), lookups.chore(sockets::refresh), firsts);
    }

    private void begin(Tap tap) {
        taps.add(tap);
        tap.firsts().ifPresent(socket -> {
            lookups.hurry();
            newSenders.add(socket, lookups.alarm(() -> tap.sockets().alarm(alarms))::ask);
        });
        tap.refresh().ask();
        // So that containers that run by now can be told by their cgroups without looking.
        lookups.chore(() -> processes.place(FrameTag.NO_CGROUP)).ask();
    }

    void catchUp() {
        ExitWatch watch = exits;
        if (watch != null) {
            watch.catchUp();
        }
    }

    private void forget(Tap tap) {
        if (taps.remove(tap)) {
            tap.firsts().ifPresent(this::close);
            tap.sockets().close();
        }
    }

    private void close(PacketSocket firsts) {
        newSenders.remove(firsts);
        firsts.close();
    }

    Owner own() {
        return owners.own();
    }

    /** Reads /proc: for the lookup thread. */
    Owner find(int pid, long cgroupId, String comm, long nanos) {
        return owners.find(pid, cgroupId, comm, nanos);
    }

    /** Does not wait: for any thread. */
    Owner fromTag(int pid, long cgroupId, String comm) {
        return owners.fromTag(pid, cgroupId, comm);
    }

    boolean isCurrent(Owner owner) {
        return owner == owners.own() || (!owner.isOver() && owner.namesVersion() == processes.namesVersion());
    }

    <T> Optional<Lookup<T>> begin(Callable<T> work) {
        return lookups.begin(work);
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    /** How much more {@code CLOCK_MONOTONIC} shows than the clock by which frames are stamped; negative as a rule. */
    long monotonicAheadOfWall() {
        Instant now = clock.instant();
        return nanoTime.getAsLong() - TimeUnit.SECONDS.toNanos(now.getEpochSecond()) - now.getNano();
    }

    /** A socket is being asked for: it and others are watched from now on. Any thread; does not wait. */
    void wakeWatch() {
        if (resting) {
            LockSupport.unpark(watch);
        }
    }

    /** Sockets that come and go between two frames' being read. */
    private void watch() {
        while (!closed && !Thread.currentThread().isInterrupted()) {
            long now = nanoTime.getAsLong();
            int lately = 0;
            for (Tap tap : taps) {
                if (tap.sockets().wasAskedLately(now)) {
                    lately++;
                    if (tap.sockets().hasRested(now)) {
                        tap.watch().ask();
                    }
                }
            }
            watched = lately;
            resting = true;
            // Whoever asked since may have found nobody to wake up.
            boolean asked = taps.stream().anyMatch(tap -> tap.sockets().wasAskedLately(now));
            resting = !asked;
            LockSupport.parkNanos((asked ? WATCH_INTERVAL : UNWATCHED_INTERVAL).toNanos());
        }
    }

    private void care() {
        try {
            while (!closed) {
                TimeUnit.NANOSECONDS.sleep(CARE_INTERVAL.toNanos());
                processes.refresh();
                verify.ask();
                taps.forEach(tap -> tap.refresh().ask());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        care.interrupt();
        watch.interrupt();
        if (exits != null) {
            exits.close();
        }
        newSenders.close();
        lookups.close();
        taps.forEach(this::forget);
    }
}
