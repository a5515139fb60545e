// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.attribution.SheetHistory.Sighting;
import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.NodeProcesses;
import io.nltap.agent.frame.ProcessIdentity;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the process behind a socket of one network namespace, where the kernel does not tell it.
 *
 * <p>An open socket is in the kernel's table, and whoever holds it can be found. For one that was closed before anybody
 * looked, the port id tells something: the kernel gives a process' first socket of a protocol its process id as its own PID
 * namespace counts (libnl counts further ones above the lowest 22 bits), and only when that is taken, a random one below
 * -4096. So the process must have lived then, under that number; and a random port id belongs to a process whose first
 * socket was open. None of this is a proof, and it counts only when one process alone fits. Used by one thread.
 */
final class SocketSearch {
    private static final long PID_BITS = 0x3f_ffff;
    private static final long FIRST_RANDOM = 1L << 31;

    /** Processes that began less than this before they spoke are taken for commands, others for daemons. */
    private static final long YOUNG_NANOS = 10_000_000_000L;

    private static final long JUST_BEGUN_NANOS = 2 * Owners.SLACK_NANOS;

    private static final int FIRSTS = 512;
    private static final int LIKELY = 64;
    private static final int GENERATIONS = 8;

    /** Where a process was when it was last seen. */
    private enum Where {
        HERE,
        ANYWHERE
    }

    /** A first socket, by whose open time further ones are told. */
    private record First(int protocol, int number, long seenNanos, Owner owner, long startNanos) {}

    private record Candidate(int pid, Owner owner, long startNanos) {}

    private final long netns;
    private final NodeProcesses processes;
    private final Owners owners;
    private final SocketHolders holders;
    private final EndedProcesses ended;
    private final ProcessTicks ticks;
    private final Runnable catchUp;
    private final Deque<First> firsts = new ArrayDeque<>();
    private final SeenHolders seen = new SeenHolders();

    /**
     * @param netns inode of the namespace
     * @param catchUp has all reports of ended processes taken in
     */
    SocketSearch(
            long netns,
            NodeProcesses processes,
            Owners owners,
            SocketHolders holders,
            EndedProcesses ended,
            ProcessTicks ticks,
            Runnable catchUp) {
        this.catchUp = catchUp;
        this.netns = netns;
        this.processes = processes;
        this.owners = owners;
        this.holders = holders;
        this.ended = ended;
        this.ticks = ticks;
    }

    /**
     * @param sighting of the socket
     * @param open the sockets that were open after it spoke
     * @param nanos when it spoke or was spoken to, {@code CLOCK_MONOTONIC}
     */
    Finding find(int protocol, long portId, Sighting sighting, SocketSheet open, long nanos) {
        if (sighting.inode() != SocketSheet.NO_SOCKET) {
            Finding held = held(protocol, portId, sighting, nanos);
            if (held != Finding.Nobody.NO_HOLDER) {
                return held;
            }
        }
        return closed(protocol, portId, open, nanos);
    }

    private Finding held(int protocol, long portId, Sighting sighting, long nanos) {
        long inode = sighting.inode();
        Collection<ProcessIdentity> found = holdersOf(inode, portId, nanos);
        if (found.size() > 1) {
            return Finding.Nobody.SEVERAL_HOLDERS;
        }
        if (found.isEmpty()) {
            return Finding.Nobody.NO_HOLDER;
        }
        ProcessIdentity holder = found.iterator().next();
        if (!ticks.mayHaveLived(holder, nanos) || hadEnded(holder, nanos)) {
            return Finding.Nobody.NO_HOLDER; // the port id is another's by now
        }
        seen.add(inode, found);
        boolean isInDoubt =
                nanos - ticks.startNanos(holder) < JUST_BEGUN_NANOS || (!sighting.stillOpen() && portId < FIRST_RANDOM);
        if (isInDoubt && mayHaveBeenAnother(holder, portId, nanos)) {
            return Finding.Nobody.AMBIGUOUS;
        }
        Owner owner = owners.of(holder);
        if (holder.innerPid() == (portId & PID_BITS)) {
            note(new First(protocol, holder.innerPid(), nanos, owner, ticks.startNanos(holder)));
        }
        return new Finding.Found(owner, Grounds.HOLDS_SOCKET, inode);
    }

    /** More than one also when there may have been another: none is named then. */
    private Collection<ProcessIdentity> holdersOf(long inode, long portId, long nanos) {
        List<ProcessIdentity> before = seen.of(inode);
        if (before.isEmpty()) {
            return holders.of(inode, nanos, () -> likely(portId));
        }
        // Since then they may have children that have it, too, or alone.
        List<Integer> pids = before.stream().map(ProcessIdentity::pid).toList();
        Collection<ProcessIdentity> now = holders.among(() -> pids, inode, nanos, () -> false);
        if (!now.isEmpty()) {
            return now;
        }
        if (before.size() > 1) {
            return before;
        }
        ProcessIdentity only = before.get(0);
        Candidate parent = new Candidate(only.pid(), owners.of(only), ticks.startNanos(only));
        return mayHaveSpokenThroughChild(parent, nanos) ? holders.of(inode, nanos, () -> likely(portId)) : before;
    }

    /**
     * Finds out who holds a socket that is open now, for what it says may be read only when that has ended.
     *
     * @param hurried whether somebody waits: then it looks only at those who began last
     * @return false when that is known already
     */
    boolean look(long portId, long inode, long nanos, BooleanSupplier hurried) {
        if (!seen.of(inode).isEmpty()) {
            return false;
        }
        seen.add(inode, holders.among(() -> likely(portId), inode, nanos, hurried));
        return true;
    }

    /** Whether the frame may be of another process that had the same port id just before or just after this one. */
    private boolean mayHaveBeenAnother(ProcessIdentity holder, long portId, long nanos) {
        catchUp.run();
        return byNumber((int) (portId & PID_BITS), portId < FIRST_RANDOM, nanos, Where.HERE).stream()
                .anyMatch(candidate -> candidate.pid() != holder.pid());
    }

    /** Processes to look at first, by their ids. */
    Set<Integer> likely(long portId) {
        int pid = (int) (portId & PID_BITS);
        Set<Integer> likely = new LinkedHashSet<>();
        Collection<ProcessIdentity> all = processes.all();
        for (ProcessIdentity process : all) {
            if (process.innerPid() == pid && process.netns() == netns) {
                likely.add(process.pid());
            }
        }
        if (portId < FIRST_RANDOM) {
            likely.add(pid);
        }
        all.stream()
                .filter(process -> process.netns() == netns && !process.ofKernel() && !hasEnded(process))
                .sorted(Comparator.comparingLong(ProcessIdentity::startTicks).reversed())
                .limit(LIKELY)
                .forEach(process -> likely.add(process.pid()));
        return likely;
    }

    /** Before it can have spoken. */
    private boolean hadEnded(ProcessIdentity process, long nanos) {
        return ended.last(process.pid())
                .filter(it -> it.endNanos() - ticks.startNanos(process) > 0)
                .filter(it -> it.endNanos() + Owners.SLACK_NANOS - nanos < 0)
                .isPresent();
    }

    private boolean hasEnded(ProcessIdentity process) {
        return ended.last(process.pid())
                .filter(it -> it.endNanos() - ticks.startNanos(process) > 0)
                .isPresent();
    }

    private Finding closed(int protocol, long portId, SocketSheet open, long nanos) {
        catchUp.run();
        int number = (int) (portId & PID_BITS);
        List<Candidate> candidates = byNumber(number, portId < FIRST_RANDOM, nanos, Where.HERE);
        if (candidates.isEmpty()) {
            // It may have carried its socket away, and be elsewhere by now.
            candidates = byNumber(number, portId < FIRST_RANDOM, nanos, Where.ANYWHERE);
        }
        if (candidates.size() == 1) {
            Candidate only = candidates.get(0);
            if (mayHaveSpokenThroughChild(only, nanos)) {
                return Finding.Nobody.AMBIGUOUS;
            }
            note(new First(protocol, number, nanos, only.owner(), only.startNanos()));
            return new Finding.Found(only.owner(), Grounds.PORT_ID_AND_LIFETIME, SocketSheet.NO_SOCKET);
        }
        if (candidates.size() > 1) {
            return Finding.Nobody.AMBIGUOUS;
        }
        return portId >= FIRST_RANDOM ? further(protocol, open, nanos) : Finding.Nobody.NO_HOLDER;
    }

    /** Who lived at that time with that id, as its own PID namespace counts; more than one when that cannot be told. */
    private List<Candidate> byNumber(int number, boolean chosenByKernel, long nanos, Where where) {
        Map<Integer, Candidate> found = new LinkedHashMap<>();
        List<EndedProcess> strangers = new ArrayList<>();
        for (EndedProcess process : ended.at(nanos, Owners.SLACK_NANOS)) {
            if (where == Where.HERE && process.netns() != 0 && process.netns() != netns) {
                continue;
            }
            if (process.innerPid() == number) {
                found.put(process.pid(), new Candidate(process.pid(), owners.of(process), process.startNanos()));
            } else if (process.innerPid() == 0) {
                strangers.add(process);
            }
        }
        for (ProcessIdentity process : living(number)) {
            if (!process.ofKernel()
                    && (where == Where.ANYWHERE || process.netns() == netns)
                    && ticks.mayHaveLived(process, nanos)) {
                found.putIfAbsent(
                        process.pid(), new Candidate(process.pid(), owners.of(process), ticks.startNanos(process)));
            }
        }
        if (chosenByKernel) {
            for (EndedProcess process : strangers) {
                if (mayHaveBeen(process, number)) {
                    found.put(process.pid(), new Candidate(process.pid(), owners.of(process), process.startNanos()));
                }
            }
        }
        return List.copyOf(found.values());
    }

    /** Whether a child lived then that was still the same program, and so may have used the socket that it was born with. */
    private boolean mayHaveSpokenThroughChild(Candidate parent, long nanos) {
        String comm = parent.owner().author() instanceof Author.Process process ? process.comm() : "";
        return ended.at(nanos, Owners.SLACK_NANOS).stream()
                        .anyMatch(child ->
                                child.parent() == parent.pid() && child.comm().equals(comm))
                || processes.all().stream()
                        .anyMatch(child -> child.parent() == parent.pid()
                                && child.comm().equals(comm)
                                && ticks.mayHaveLived(child, nanos));
    }

    private Collection<ProcessIdentity> living(int number) {
        Map<Integer, ProcessIdentity> living = new LinkedHashMap<>();
        for (ProcessIdentity process : processes.all()) {
            if (process.innerPid() == number) {
                processes.find(process.pid()).ifPresent(now -> living.put(now.pid(), now));
            }
        }
        processes.find(number).filter(it -> it.innerPid() == number).ifPresent(now -> living.put(now.pid(), now));
        return living.values();
    }

    /**
     * Whether a process of an inner PID namespace, whose id there nobody saw, may have had that one. Ids are given in
     * order, and for each inner one there is an outer one: so they are no further from an older process' of the same
     * namespace than the outer ones are.
     */
    private boolean mayHaveBeen(EndedProcess process, int number) {
        @Nullable ProcessIdentity parent = processes.find(process.parent()).orElse(null);
        if (parent == null) {
            return true;
        }
        int outer = process.pid() - parent.pid();
        int inner = number - parent.innerPid();
        return outer < 0 || (inner > 0 && inner <= outer);
    }

    /** A random port id: the process' own was taken, most likely by itself. */
    private Finding further(int protocol, SocketSheet open, long nanos) {
        Map<Owner, First> young = new LinkedHashMap<>();
        Map<Owner, First> old = new LinkedHashMap<>();
        for (First first : firsts) {
            if (first.protocol() == protocol
                    && first.seenNanos() - nanos <= 0
                    && first.owner().lived(nanos)) {
                boolean isYoung = nanos - first.startNanos() < YOUNG_NANOS;
                (isYoung ? young : old).put(first.owner(), first);
            }
        }
        // A daemon's first socket is always open: only when no command could have been it, it may be the one.
        Map<Owner, First> fitting = young.isEmpty() ? old : young;
        Set<Owner> seen = new HashSet<>(young.keySet());
        seen.addAll(old.keySet());
        if (fitting.size() > 1 || !ended.isCompleteSince(nanos)) {
            return Finding.Nobody.AMBIGUOUS;
        }
        return fitting.keySet().stream()
                .findFirst()
                .filter(owner -> !mayBeOfOneUnseen(seen, owner, nanos))
                .filter(owner -> !hasRivals(owner, taken(protocol, open, nanos), nanos))
                .<Finding>map(owner -> new Finding.Found(owner, Grounds.SECOND_SOCKET, SocketSheet.NO_SOCKET))
                .orElse(fitting.isEmpty() ? Finding.Nobody.NO_HOLDER : Finding.Nobody.AMBIGUOUS);
    }

    /**
     * Whether another command lived then whose first socket was not seen, as when there was no time to look: the further one
     * may be its.
     *
     * @param seen whose first sockets were
     */
    private boolean mayBeOfOneUnseen(Collection<Owner> seen, Owner fitting, long nanos) {
        Set<Integer> others = ancestors(fitting.pid()); // they wait for it
        others.add(fitting.pid());
        others.add(owners.own().pid()); // whose sockets are known
        seen.forEach(owner -> others.add(owner.pid()));
        return processes.all().stream()
                        .anyMatch(process -> process.netns() == netns
                                && !process.ofKernel()
                                && !others.contains(process.pid())
                                && ticks.mayHaveLived(process, nanos)
                                && !hadEnded(process, nanos)
                                && nanos - ticks.startNanos(process) < YOUNG_NANOS)
                || ended.at(nanos, Owners.SLACK_NANOS).stream()
                        .anyMatch(process -> (process.netns() == 0 || process.netns() == netns)
                                && !others.contains(process.pid())
                                && nanos - process.startNanos() < YOUNG_NANOS);
    }

    private Set<Integer> ancestors(int pid) {
        Set<Integer> ancestors = new HashSet<>();
        int child = pid;
        while (ancestors.size() < GENERATIONS) {
            Optional<Integer> living = processes.find(child).map(ProcessIdentity::parent);
            int parent = living.isPresent()
                    ? living.get()
                    : ended.last(child).map(EndedProcess::parent).orElse(0);
            if (parent == 0 || !ancestors.add(parent)) {
                break;
            }
            child = parent;
        }
        return ancestors;
    }

    /** Numbers of processes whose port ids were given to somebody at that time. */
    private Set<Integer> taken(int protocol, SocketSheet open, long nanos) {
        Set<Integer> taken = new HashSet<>();
        open.portIds(protocol).filter(portId -> portId < FIRST_RANDOM).forEach(it -> taken.add((int) (it & PID_BITS)));
        for (First first : firsts) {
            if (first.protocol() == protocol && first.owner().lived(nanos)) {
                taken.add(first.number());
            }
        }
        return taken;
    }

    /**
     * Whether a process of another PID namespace had the same number as one whose port id was given: then its first socket
     * already had a random one. So it is with containers that share a network namespace.
     */
    private boolean hasRivals(Owner fitting, Set<Integer> taken, long nanos) {
        Map<Integer, Set<Integer>> pidsByNumber = new HashMap<>();
        for (ProcessIdentity process : processes.all()) {
            if (process.netns() == netns && !process.ofKernel() && ticks.mayHaveLived(process, nanos)) {
                pidsByNumber
                        .computeIfAbsent(process.innerPid(), k -> new HashSet<>())
                        .add(process.pid());
            }
        }
        for (EndedProcess process : ended.at(nanos, Owners.SLACK_NANOS)) {
            if (process.netns() != 0 && process.netns() != netns) {
                continue;
            }
            if (process.innerPid() != 0) {
                pidsByNumber
                        .computeIfAbsent(process.innerPid(), k -> new HashSet<>())
                        .add(process.pid());
            } else if (process.pid() != fitting.pid()
                    && taken.stream().anyMatch(number -> mayHaveBeen(process, number))) {
                return true;
            }
        }
        return taken.stream()
                .map(number -> pidsByNumber.getOrDefault(number, Set.of()))
                .anyMatch(pids -> pids.size() > 1);
    }

    private void note(First first) {
        firsts.removeIf(each -> each.owner() == first.owner() && each.protocol() == first.protocol());
        firsts.addLast(first);
        if (firsts.size() > FIRSTS) {
            firsts.removeFirst();
        }
    }
}
