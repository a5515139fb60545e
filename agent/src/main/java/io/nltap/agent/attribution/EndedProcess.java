// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.NodeProcesses.Place;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A process that has ended, as the kernel reported it and as far as /proc still showed it. */
final class EndedProcess {
    private final int pid;
    private final int parent;
    private final String comm;
    private final long startNanos;
    private final long endNanos;
    private final Optional<Place> place;
    private final int innerPid;
    private final boolean nested;
    private final long netns;
    private @Nullable Owner owner;

    /**
     * @param startNanos {@code CLOCK_MONOTONIC}, as exact as the report
     * @param endNanos likewise; the process did not run after that
     * @param place where it ran, if that is known
     * @param innerPid its id in its PID namespace, 0 when nobody saw it
     * @param nested whether it was in a PID namespace below the first one
     * @param netns inode of its network namespace, 0 when nobody saw it
     */
    EndedProcess(
            int pid,
            int parent,
            String comm,
            long startNanos,
            long endNanos,
            Optional<Place> place,
            int innerPid,
            boolean nested,
            long netns) {
        this.pid = pid;
        this.parent = parent;
        this.comm = comm;
        this.startNanos = startNanos;
        this.endNanos = endNanos;
        this.place = place;
        this.innerPid = innerPid;
        this.nested = nested;
        this.netns = netns;
    }

    boolean livedAt(long nanos, long slackNanos) {
        return startNanos - slackNanos - nanos <= 0 && endNanos + slackNanos - nanos >= 0;
    }

    int pid() {
        return pid;
    }

    int parent() {
        return parent;
    }

    String comm() {
        return comm;
    }

    long startNanos() {
        return startNanos;
    }

    long endNanos() {
        return endNanos;
    }

    Optional<Place> place() {
        return place;
    }

    int innerPid() {
        return innerPid;
    }

    boolean nested() {
        return nested;
    }

    long netns() {
        return netns;
    }

    synchronized @Nullable Owner owner() {
        return owner;
    }

    synchronized void keep(Owner made) {
        owner = made;
    }
}
