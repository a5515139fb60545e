// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.FrameTag;
import io.nltap.agent.frame.NodeProcesses;
import io.nltap.agent.frame.NodeProcesses.Place;
import io.nltap.agent.frame.ProcessIdentity;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The processes that have spoken, for all taps. A process is looked up in /proc once; what was found is compared with
 * /proc from time to time, so that an id that went to another process, or a process that became another program, does not
 * keep an old name.
 */
final class Owners {

    /** Processes that spoke; when there are more, those that have ended are forgotten. */
    private static final int REMEMBERED = 16_384;

    /** Reports of ends come a little late, and lifetimes are counted from them. */
    static final long SLACK_NANOS = 20_000_000;

    /** Starts are known to a hundredth of a second, or are counted back from ends. No id is used again so soon. */
    private static final long SAME_START_NANOS = 50_000_000;

    private final NodeProcesses processes;
    private final EndedProcesses ended;
    private final ProcessTicks ticks;
    private final Runnable catchUp;
    private final int ownPid;
    private final Map<Integer, Owner> byPid = new ConcurrentHashMap<>();
    private final Owner own;

    /**
     * @param catchUp has all reports of ended processes taken in
     * @param ownPid of this JVM, in the first PID namespace
     */
    Owners(NodeProcesses processes, EndedProcesses ended, ProcessTicks ticks, Runnable catchUp, int ownPid) {
        this.catchUp = catchUp;
        this.ticks = ticks;
        this.processes = processes;
        this.ended = ended;
        this.ownPid = ownPid;
        this.own = new Owner(Author.OWN, ownPid, Owner.START_UNKNOWN, 0);
    }

    Owner own() {
        return own;
    }

    /** What is known without looking; null when nothing is, or when it has to be looked up anew. */
    @Nullable
    Owner known(int pid) {
        if (pid == ownPid) {
            return own;
        }
        Owner owner = byPid.get(pid);
        return owner == null || owner.isOver() || owner.namesVersion() != processes.namesVersion() ? null : owner;
    }

    /**
     * Finds out about a process that spoke. Reads /proc.
     *
     * @param cgroupId where it was when it spoke, or {@link FrameTag#NO_CGROUP}
     * @param comm what it was called then, or empty
     * @param nanos when it spoke, {@code CLOCK_MONOTONIC}
     */
    Owner find(int pid, long cgroupId, String comm, long nanos) {
        if (pid == ownPid) {
            return own;
        }
        int names = processes.namesVersion();
        Optional<Place> place = cgroupId == FrameTag.NO_CGROUP ? Optional.empty() : processes.place(cgroupId);
        Optional<ProcessIdentity> living = processes.find(pid).filter(it -> ticks.mayHaveLived(it, nanos));
        if (living.isEmpty()) {
            catchUp.run(); // its end has been reported before /proc forgot it, but perhaps not been read
        }
        Optional<EndedProcess> dead = ended.last(pid).filter(it -> it.livedAt(nanos, SLACK_NANOS));
        if (dead.isPresent()) {
            return of(dead.get(), comm, place);
        }
        Author.Process author = Author.Process.at(
                pid,
                comm.isEmpty() ? living.map(ProcessIdentity::comm).orElse("") : comm,
                place.or(() -> living.map(it -> new Place(it.container()))));
        Owner known = byPid.get(pid);
        if (known != null
                && known.lived(nanos)
                && known.namesVersion() == names
                && known.author().equals(author)) {
            return known;
        }
        Owner owner =
                new Owner(author, pid, living.map(ProcessIdentity::startTicks).orElse(Owner.START_UNKNOWN), names);
        if (living.isPresent()) {
            return remember(owner);
        }
        owner.end(nanos + SLACK_NANOS);
        return owner;
    }

    /** One that has ended, with what was known of it while it spoke. */
    private Owner of(EndedProcess dead, String comm, Optional<Place> place) {
        Owner kept = of(dead);
        Author.Process author =
                Author.Process.at(dead.pid(), comm.isEmpty() ? dead.comm() : comm, place.or(dead::place));
        if (kept.author().equals(author)) {
            return kept;
        }
        Owner owner = new Owner(author, dead.pid(), Owner.START_UNKNOWN, processes.namesVersion());
        owner.end(dead.endNanos());
        dead.keep(owner);
        return owner;
    }

    /** What a tag alone tells, for as long as there is no time to look. To be looked up again. */
    Owner fromTag(int pid, long cgroupId, String comm) {
        if (pid == ownPid) {
            return own;
        }
        return new Owner(
                Author.Process.at(pid, comm, processes.knownPlace(cgroupId)),
                pid,
                Owner.START_UNKNOWN,
                processes.namesVersion());
    }

    /** The owner that has that id now, as far as /proc shows it. */
    Owner living(int pid) {
        Owner known = known(pid);
        return known != null
                ? known
                : processes
                        .find(pid)
                        .map(this::of)
                        .orElseGet(() -> new Owner(
                                Author.Process.at(pid, "", Optional.empty()),
                                pid,
                                Owner.START_UNKNOWN,
                                processes.namesVersion()));
    }

    /** The owner that is a process as /proc shows it. */
    Owner of(ProcessIdentity process) {
        Owner known = known(process.pid());
        if (known != null && known.startTicks() == process.startTicks()) {
            return known;
        }
        if (process.pid() == ownPid) {
            return own;
        }
        Owner owner = new Owner(
                new Author.Process(process.pid(), process.comm(), process.container()),
                process.pid(),
                process.startTicks(),
                processes.namesVersion());
        // It may be the memory of one that has ended meanwhile.
        Optional<EndedProcess> dead = ended.last(process.pid())
                .filter(it -> Math.abs(it.startNanos() - ticks.startNanos(process)) < SAME_START_NANOS);
        if (dead.isPresent()) {
            owner.end(dead.get().endNanos());
            return owner;
        }
        return remember(owner);
    }

    /** The owner that was a process which has ended; known only to those who remember it. */
    Owner of(EndedProcess process) {
        Owner known = process.owner();
        if (known == null || known.namesVersion() != processes.namesVersion()) {
            known = new Owner(
                    Author.Process.at(process.pid(), process.comm(), process.place()),
                    process.pid(),
                    Owner.START_UNKNOWN,
                    processes.namesVersion());
            known.end(process.endNanos());
            process.keep(known);
        }
        return known;
    }

    private Owner remember(Owner owner) {
        if (byPid.size() >= REMEMBERED) {
            byPid.values().removeIf(Owner::isOver);
        }
        if (byPid.size() < REMEMBERED) {
            byPid.put(owner.pid(), owner);
        }
        return owner;
    }

    /** Whoever has its id from now on is another. */
    void end(EndedProcess process) {
        Owner owner = byPid.get(process.pid());
        if (owner != null && !owner.isOver()) {
            owner.end(process.endNanos());
            process.keep(owner);
        }
    }

    /** Compares all that is known with /proc, one small file for each process that has spoken. */
    void verify() {
        for (Owner owner : byPid.values()) {
            if (owner.isOver()) {
                byPid.remove(owner.pid(), owner);
                continue;
            }
            Optional<ProcessIdentity> now = processes.find(owner.pid());
            boolean same = now.isPresent()
                    && now.get().startTicks() == owner.startTicks()
                    && owner.author() instanceof Author.Process author
                    && author.comm().equals(now.get().comm())
                    && author.container().equals(now.get().container());
            if (!same) {
                owner.end();
            }
        }
    }
}
