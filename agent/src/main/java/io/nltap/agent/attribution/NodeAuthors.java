// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.Frame;
import io.nltap.agent.frame.NodeProcesses;
import io.nltap.agent.linux.NetNs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known on this node of those who speak netlink, shared by all sessions and taps: one for each agent. It has a
 * thread that looks up what the taps ask for and a thread that takes care that what is known does not get old.
 */
public final class NodeAuthors implements AutoCloseable {
    private static final Duration CARE_INTERVAL = Duration.ofSeconds(1);
    private static final int ENDED_REMEMBERED = 4096;

    private final NodeProcesses processes;
    private final Path proc;
    private final LongSupplier nanoTime;
    private final Clock clock;
    private final EndedProcesses ended = new EndedProcesses(ENDED_REMEMBERED);
    private final Owners owners;
    private final SocketHolders holders;
    private final Lookups lookups = new Lookups();
    private final Map<TapAuthors, TapSockets> taps = new ConcurrentHashMap<>();
    private final Thread care;
    private volatile boolean closed;

    private NodeAuthors(NodeProcesses processes, Path proc, int ownPid, LongSupplier nanoTime, Clock clock) {
        this.processes = processes;
        this.proc = proc;
        this.nanoTime = nanoTime;
        this.clock = clock;
        this.owners = new Owners(processes, ended, ownPid);
        this.holders = new SocketHolders(proc, processes, nanoTime);
        this.care = new Thread(this::care, "authors-care");
        this.care.setDaemon(true);
    }

    /**
     * @param proc the node's {@code /proc}, in which this process is too
     * @param nanoTime {@code CLOCK_MONOTONIC}, as {@link System#nanoTime}
     * @param clock by which frames are stamped
     * @throws IOException when this process is not in {@code proc}
     */
    public static NodeAuthors start(NodeProcesses processes, Path proc, LongSupplier nanoTime, Clock clock)
            throws IOException {
        int ownPid =
                Integer.parseInt(Files.readSymbolicLink(proc.resolve("self")).toString());
        NodeAuthors authors = new NodeAuthors(processes, proc, ownPid, nanoTime, clock);
        authors.care.start();
        return authors;
    }

    /**
     * Begins to attribute the frames of a tap of one session.
     *
     * @param namespace of the tap; stays the caller's. It is kept alive until what is returned is closed
     */
    public TapAuthors open(NetNs namespace) throws IOException, InterruptedException {
        TapSockets sockets = new TapSockets(
                NetlinkTable.open(namespace, proc),
                namespace.id().inode(),
                owners,
                holders,
                processes,
                OptionalLong.empty());
        TapAuthors authors = new TapAuthors(this, sockets, new Patience(nanoTime));
        taps.put(authors, sockets);
        lookups.later(sockets::refresh);
        return authors;
    }

    void forget(TapAuthors authors) {
        TapSockets sockets = taps.remove(authors);
        if (sockets != null) {
            sockets.close();
        }
    }

    Owner own() {
        return owners.own();
    }

    /** Reads /proc: for the lookup thread. */
    Owner find(int pid, long cgroupId) {
        return owners.find(pid, cgroupId);
    }

    boolean isCurrent(Owner owner) {
        return owner == owners.own() || (!owner.isOver() && owner.namesVersion() == processes.namesVersion());
    }

    <T> @Nullable T ask(Callable<T> lookup, Duration patience) {
        return lookups.ask(lookup, patience);
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    /** When a frame was captured, by {@code CLOCK_MONOTONIC}. */
    long monotonic(Frame frame) {
        Instant now = clock.instant();
        long wall = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        return nanoTime.getAsLong() - (wall - frame.timestampNanos());
    }

    private void care() {
        try {
            while (!closed) {
                TimeUnit.NANOSECONDS.sleep(CARE_INTERVAL.toNanos());
                lookups.later(owners::verify);
                taps.values().forEach(sockets -> lookups.later(sockets::refresh));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        care.interrupt();
        lookups.close();
        taps.keySet().forEach(TapAuthors::close);
    }
}
