// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.ContainerName;
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

    private final NodeProcesses processes;
    private final EndedProcesses ended;
    private final int ownPid;
    private final Map<Integer, Owner> byPid = new ConcurrentHashMap<>();
    private final Owner own;

    /** @param ownPid of this JVM, in the first PID namespace */
    Owners(NodeProcesses processes, EndedProcesses ended, int ownPid) {
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
     * Finds out about a process that is running, or was a moment ago. Reads /proc.
     *
     * @param cgroupId where it was when it spoke, or {@link FrameTag#NO_CGROUP}
     */
    Owner find(int pid, long cgroupId) {
        Owner known = known(pid);
        if (known != null) {
            return known;
        }
        int names = processes.namesVersion();
        Optional<Place> place = cgroupId == FrameTag.NO_CGROUP ? Optional.empty() : processes.place(cgroupId);
        Optional<ProcessIdentity> living = processes.find(pid);
        String comm = living.map(ProcessIdentity::comm)
                .or(() -> ended.last(pid).map(EndedProcess::comm))
                .orElse("");
        Optional<ContainerName> container = place.map(Place::container)
                .orElseGet(() -> living.map(ProcessIdentity::container)
                        .orElseGet(() -> ended.last(pid).flatMap(EndedProcess::container)));
        return remember(new Owner(
                new Author.Process(pid, comm, container),
                pid,
                living.map(ProcessIdentity::startTicks).orElse(Owner.START_UNKNOWN),
                names));
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
        return remember(new Owner(
                new Author.Process(process.pid(), process.comm(), process.container()),
                process.pid(),
                process.startTicks(),
                processes.namesVersion()));
    }

    /** The owner that was a process which has ended; known only to those who remember it. */
    Owner of(EndedProcess process) {
        Owner known = process.owner();
        if (known == null || known.namesVersion() != processes.namesVersion()) {
            known = new Owner(
                    new Author.Process(process.pid(), process.comm(), process.container()),
                    process.pid(),
                    Owner.START_UNKNOWN,
                    processes.namesVersion());
            known.end();
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

    /** A process has ended: whoever has its id from now on is another. */
    void end(int pid) {
        Owner owner = byPid.get(pid);
        if (owner != null) {
            owner.end();
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
