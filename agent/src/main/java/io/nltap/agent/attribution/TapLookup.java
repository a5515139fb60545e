// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.Frame;
import io.nltap.agent.linux.OwnPorts;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

/**
 * Looks up for one tap on the lookup thread, with the patience of the thread that drains it, which ends at once when too many
 * frames are waiting behind the one that is asked for: a frame of nobody known is better than one that is lost.
 */
final class TapLookup implements AuthorLookup {
    /** While it waits for an answer it looks so often whether frames have to be let go. A ring fills in many times that. */
    private static final long LOOK_UP_NANOS = 1_000_000;

    /** For frames that follow each other this closely the two clocks are compared once: reading clocks takes longer. */
    private static final long COMPARED_NANOS = 100_000_000;

    private final NodeAuthors node;
    private final TapSockets sockets;
    private final Patience patience;
    private BooleanSupplier crowded = () -> false;

    private long comparedAt = Long.MIN_VALUE / 2;
    private long ahead;

    TapLookup(NodeAuthors node, TapSockets sockets, Patience patience) {
        this.node = node;
        this.sockets = sockets;
        this.patience = patience;
    }

    @Override
    public Owner own() {
        return node.own();
    }

    @Override
    public boolean isOwnAnswer(int protocol, long portId, int type) {
        return OwnPorts.contains(portId) || (portId == 0 && sockets.isExitReport(protocol, type));
    }

    @Override
    public boolean isCurrent(Owner owner) {
        return node.isCurrent(owner);
    }

    @Override
    public SocketSheet sheet() {
        return sockets.sheet();
    }

    @Override
    public void setCrowded(BooleanSupplier crowded) {
        this.crowded = crowded;
    }

    @Override
    public Pending<Owner> process(int pid, long cgroupId, String comm, long nanos) {
        return ask(() -> node.find(pid, cgroupId, comm, nanos));
    }

    @Override
    public Owner unseen(int pid, long cgroupId, String comm) {
        return node.fromTag(pid, cgroupId, comm);
    }

    @Override
    public Pending<Finding> socket(int protocol, long portId, long nanos) {
        sockets.noteAsked();
        node.wakeWatch();
        return ask(() -> sockets.find(protocol, portId, nanos));
    }

    private <T> Pending<T> ask(Callable<T> work) {
        Optional<Lookup<T>> begun = node.begin(work);
        if (begun.isEmpty()) {
            return Pending.never();
        }
        Lookup<T> lookup = begun.get();
        long start = nanoTime();
        long allowed = patience.left().toNanos();
        long left = allowed;
        while (left > 0 && !crowded.getAsBoolean() && !lookup.await(Math.min(left, LOOK_UP_NANOS))) {
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
            left = allowed - (nanoTime() - start);
        }
        patience.waitedSince(start);
        return lookup;
    }

    @Override
    public void catchUp() {
        node.catchUp();
    }

    @Override
    public long nanoTime() {
        return node.nanoTime();
    }

    @Override
    public long monotonic(Frame frame) {
        long wall = frame.timestampNanos();
        if (Math.abs(wall - comparedAt) > COMPARED_NANOS) {
            ahead = node.monotonicAheadOfWall();
            comparedAt = wall;
        }
        return wall + ahead;
    }
}
