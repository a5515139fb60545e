// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.NodeProcesses;
import io.nltap.agent.frame.ProcessIdentity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which processes hold a socket open, as {@code /proc/PID/fd} shows it. Processes that are likely to are looked at first;
 * reading all descriptors of the node takes no more than a twentieth of one CPU. Used by one thread.
 */
final class SocketHolders {
    private static final long REST_FACTOR = 20;
    private static final int REMEMBERED = 1 << 16;
    private static final int LOOKED_AT_IN_A_HURRY = 4;

    private final NodeProcesses processes;
    private final DescriptorScans scans;
    private final ProcessTicks ticks;
    private final LongSupplier nanoTime;

    /** What the last look at all processes found. */
    private Map<Long, List<Integer>> all = Map.of();

    private boolean looked;
    private long lookedAt;
    private long lastCost;

    SocketHolders(Path proc, NodeProcesses processes, ProcessTicks ticks, LongSupplier nanoTime) {
        this.processes = processes;
        this.ticks = ticks;
        this.scans = new DescriptorScans(proc, nanoTime);
        this.nanoTime = nanoTime;
    }

    /**
     * Processes that hold the socket, each once; none when nobody does, or when it would cost too much to find out.
     *
     * @param sinceNanos who held it at some moment after that is good enough
     * @param likely by id, most likely first; the first of them that holds it is the answer, together with its relatives
     */
    Collection<ProcessIdentity> of(long inode, long sinceNanos, Supplier<Collection<Integer>> likely) {
        Collection<ProcessIdentity> among = among(likely, inode, sinceNanos, () -> false);
        if (!among.isEmpty()) {
            return among;
        }
        Set<ProcessIdentity> found = identities(all.getOrDefault(inode, List.of()), inode, sinceNanos);
        if (found.isEmpty() && mayLookAtAll()) {
            lookAtAll();
            found = identities(all.getOrDefault(inode, List.of()), inode, sinceNanos);
        }
        return found;
    }

    /**
     * As {@link #of}, but looks at no others.
     *
     * @param hurried whether to look only at the first few of the likely ones
     */
    Collection<ProcessIdentity> among(
            Supplier<Collection<Integer>> likely, long inode, long sinceNanos, BooleanSupplier hurried) {
        Set<ProcessIdentity> known = new LinkedHashSet<>();
        for (int pid : scans.holders(inode, sinceNanos)) {
            known.addAll(withRelatives(pid, inode, sinceNanos));
        }
        if (!known.isEmpty()) {
            return known;
        }
        int looked = 0;
        for (int pid : likely.get()) {
            if (looked++ >= LOOKED_AT_IN_A_HURRY && hurried.getAsBoolean()) {
                break;
            }
            if (holds(pid, inode, sinceNanos)) {
                return withRelatives(pid, inode, sinceNanos);
            }
        }
        return List.of();
    }

    /** A socket is held twice when a process forked; so its parent and its children are looked at, too. */
    private Collection<ProcessIdentity> withRelatives(int pid, long inode, long sinceNanos) {
        Set<Integer> holders = new LinkedHashSet<>();
        holders.add(pid);
        ProcessIdentity self = processes.find(pid).orElse(null);
        for (ProcessIdentity other : processes.all()) {
            boolean related = other.parent() == pid || (self != null && other.pid() == self.parent());
            if (related && other.pid() != pid && hasFromBirth(other, self, inode, sinceNanos)) {
                holders.add(other.pid());
            }
        }
        if (holders.size() == 1) {
            return self == null ? List.of() : List.of(self);
        }
        return identities(holders, inode, sinceNanos);
    }

    /**
     * What the two have in common they have since the younger one was born: if the other one was without it at any time after
     * that, it still is. To read its descriptors anew for every question would take long where it is a daemon with hundreds.
     */
    private boolean hasFromBirth(ProcessIdentity other, @Nullable ProcessIdentity self, long inode, long sinceNanos) {
        long born = ticks.latestStartNanos(other);
        if (self != null) {
            born = Math.max(born, ticks.latestStartNanos(self));
        }
        return holds(other.pid(), inode, Math.min(born, sinceNanos)) && holds(other.pid(), inode, sinceNanos);
    }

    private Set<ProcessIdentity> identities(Collection<Integer> pids, long inode, long sinceNanos) {
        Set<ProcessIdentity> found = new LinkedHashSet<>();
        for (int pid : pids) {
            if (holds(pid, inode, sinceNanos)) {
                processes.find(pid).ifPresent(found::add);
            }
        }
        return found;
    }

    private boolean mayLookAtAll() {
        return !looked || nanoTime.getAsLong() - lookedAt >= REST_FACTOR * lastCost;
    }

    private void lookAtAll() {
        long start = nanoTime.getAsLong();
        Map<Long, List<Integer>> found = new LinkedHashMap<>();
        for (ProcessIdentity process : processes.all()) {
            if (process.ofKernel() || found.size() > REMEMBERED) {
                continue;
            }
            for (long inode : scans.of(process.pid(), start)) {
                found.computeIfAbsent(inode, k -> new ArrayList<>(1)).add(process.pid());
            }
        }
        all = found;
        looked = true;
        lookedAt = nanoTime.getAsLong();
        lastCost = lookedAt - start;
    }

    /**
     * By which descriptor a process holds a socket, if it does.
     *
     * @param sinceNanos as in {@link #of}
     */
    OptionalInt descriptor(int pid, long inode, long sinceNanos) {
        return scans.descriptor(pid, inode, sinceNanos);
    }

    /** @param sinceNanos as in {@link #of} */
    boolean holds(int pid, long inode, long sinceNanos) {
        return scans.descriptor(pid, inode, sinceNanos).isPresent();
    }
}
