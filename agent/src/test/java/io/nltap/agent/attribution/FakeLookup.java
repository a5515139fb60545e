// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.ContainerName;
import io.nltap.agent.frame.Frame;
import io.nltap.agent.frame.NodeProcesses.Place;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Finds what a test lets it find, when the test lets it. */
final class FakeLookup implements AuthorLookup {
    final Map<Integer, Owner> owners = new HashMap<>();
    final Map<Long, ContainerName> containers = new HashMap<>();
    final Owner own = new Owner(Author.OWN, 1, Owner.START_UNKNOWN, 0);
    long now = 5_000_000_000L;
    long ownPort = -1;
    String comm = "ip";
    int asked;
    int clockReads;
    int caughtUp;
    /** Whether there is time by now; null when there always is. */
    AtomicBoolean busy;

    Finding finding = Finding.Nobody.NO_HOLDER;
    SocketSheet sheet = new SocketSheet(List.of(), 0);

    Owner owner(int pid, long cgroup, String name) {
        return new Owner(new Author.Process(pid, name, Optional.ofNullable(containers.get(cgroup))), pid, 100, 0);
    }

    @Override
    public Owner own() {
        return own;
    }

    @Override
    public boolean isOwnAnswer(int protocol, long portId, int type) {
        return portId == ownPort;
    }

    @Override
    public boolean isCurrent(Owner owner) {
        return !owner.isOver();
    }

    @Override
    public SocketSheet sheet() {
        return sheet;
    }

    @Override
    public Pending<Owner> process(int pid, long cgroupId, String name, long nanos) {
        asked++;
        if (busy != null) {
            return new Unanswered<>(() -> found(pid, cgroupId, nanos), busy);
        }
        return Pending.of(found(pid, cgroupId, nanos));
    }

    private Owner found(int pid, long cgroupId, long nanos) {
        Owner known = owners.get(pid);
        if (known == null || !known.lived(nanos)) {
            known = owner(pid, cgroupId, comm);
            owners.put(pid, known);
        }
        return known;
    }

    @Override
    public Owner unseen(int pid, long cgroupId, String name) {
        return new Owner(
                Author.Process.at(
                        pid, name, Optional.ofNullable(containers.get(cgroupId)).map(it -> new Place(Optional.of(it)))),
                pid,
                Owner.START_UNKNOWN,
                0);
    }

    @Override
    public Pending<Finding> socket(int protocol, long portId, long nanos) {
        asked++;
        return busy == null ? Pending.of(finding) : new Unanswered<>(() -> finding, busy);
    }

    @Override
    public void setCrowded(BooleanSupplier crowded) {}

    @Override
    public void catchUp() {
        caughtUp++;
    }

    @Override
    public long nanoTime() {
        clockReads++;
        return now;
    }

    @Override
    public long monotonic(Frame frame) {
        return now;
    }

    /** A lookup that has its answer when there is time again. */
    private record Unanswered<T>(Supplier<T> found, AtomicBoolean busy) implements Pending<T> {
        @Override
        public boolean isOver() {
            return !busy.get();
        }

        @Override
        public T answer() {
            return busy.get() ? null : found.get();
        }
    }
}
