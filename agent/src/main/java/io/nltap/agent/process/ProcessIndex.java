// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.process;

import io.nltap.agent.frame.NodeProcesses;
import io.nltap.agent.frame.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The processes of the node with all that tells them apart, shared by all sessions. Single processes are read when they
 * are asked for. Reading all of them takes no more than a fiftieth of one CPU, as in {@link ProcessTable}, and less while none
 * comes: of a process that was known before only the start is read again, unless it may have changed. In between only
 * those that are new are read, whose ids follow the last one that was given, and only when somebody asks.
 */
public final class ProcessIndex implements NodeProcesses {
    private static final long REST_FACTOR = 50;
    /** When so many ids were given meanwhile, most of them threads' perhaps, all are listed instead. */
    private static final int MANY_NEW = 1000;

    /** Without anybody asking, all are read again only so seldom, or when more than so many ids were given meanwhile. */
    private static final long UNASKED_NANOS = 30_000_000_000L;

    private static final int UNASKED_NEW = 100;

    /** Likewise when somebody asks, while no process has come, and none is so young that it may become another program. */
    private static final long NOTHING_NEW_NANOS = 10_000_000_000L;

    private static final long NANOS_PER_TICK = 10_000_000;

    /** What a process is called, and where it lives, may change after its start; an old process rarely does. */
    private static final long SETTLED_TICKS = 500;

    private static final long READ_AGAIN_TICKS = 3000;

    private final Path proc;
    private final PodNames names;
    private final ProcessReading reading;
    private final CgroupPlaces places;
    private final LongSupplier nanoTime;
    private final long minAgeNanos;

    private record Known(ProcessIdentity identity, long readAtTicks) {}

    private Map<Integer, Known> last = new HashMap<>();
    private List<ProcessIdentity> all = List.of();
    private volatile int namesVersion;
    private boolean scanned;
    private long scannedAt;
    private long lastCost;
    private int seenPid = -1;
    private int scannedPid = -1;
    private boolean settled;
    private boolean asked;

    /**
     * @param proc where the node's {@code /proc} is mounted
     * @param minAgeNanos a younger list of all processes is not made anew
     * @param nanoTime monotonic, as {@link System#nanoTime}
     */
    public ProcessIndex(Path proc, PodNames names, long minAgeNanos, LongSupplier nanoTime) {
        this.proc = proc;
        this.names = names;
        this.reading = new ProcessReading(proc, names);
        this.places = new CgroupPlaces(proc, names, nanoTime);
        this.minAgeNanos = minAgeNanos;
        this.nanoTime = nanoTime;
    }

    @Override
    public Optional<ProcessIdentity> find(int pid) {
        return reading.read(pid);
    }

    @Override
    public Optional<Place> place(long cgroupId) {
        return places.find(cgroupId);
    }

    @Override
    public Optional<Place> knownPlace(long cgroupId) {
        return places.known(cgroupId);
    }

    @Override
    public int namesVersion() {
        return names.version();
    }

    /** Complete but for those that ended meanwhile; what it says of those that are not new may be a little old. */
    @Override
    public synchronized Collection<ProcessIdentity> all() {
        asked = true;
        long nowTicks = nanoTime.getAsLong() / NANOS_PER_TICK;
        int lastPid = reading.lastPid();
        if (!scanned || !addNew(lastPid, nowTicks)) {
            if (scanned && !isDue()) {
                return all;
            }
            scanNow();
        }
        seenPid = lastPid;
        return all;
    }

    /** To be called once a second or so, by a thread that may take its time, so that those who ask need not wait for it. */
    @Override
    public void refresh() {
        Map<Integer, Known> before;
        int from;
        synchronized (this) {
            from = reading.lastPid();
            if (scanned && !(isDue() && isWanted(from))) {
                return;
            }
            asked = false;
            before = Map.copyOf(last);
        }
        long start = nanoTime.getAsLong();
        int names = this.names.version();
        Map<Integer, Known> found = scan(before, names, start / NANOS_PER_TICK);
        long end = nanoTime.getAsLong();
        synchronized (this) {
            // Meanwhile others have found new ones, which the listing may have come too early for.
            last.forEach((pid, known) -> {
                if (!before.containsKey(pid)) {
                    found.putIfAbsent(pid, known);
                }
            });
            keep(found, names, from, start, end);
            seenPid = Math.max(seenPid, from);
        }
    }

    /** Names change with orders only: they are not to wait until a costly look has been rested from. */
    private boolean isDue() {
        long rest = names.version() == namesVersion ? REST_FACTOR * lastCost : 0;
        return nanoTime.getAsLong() - scannedAt >= Math.max(minAgeNanos, rest);
    }

    /** The list is there for those who ask: while nobody does, it costs nothing. */
    private boolean isWanted(int lastPid) {
        long age = nanoTime.getAsLong() - scannedAt;
        return (asked && (lastPid != scannedPid || !settled || age >= NOTHING_NEW_NANOS))
                || names.version() != namesVersion
                || lastPid < seenPid
                || lastPid - seenPid > UNASKED_NEW
                || age >= UNASKED_NANOS;
    }

    private void scanNow() {
        long start = nanoTime.getAsLong();
        int version = names.version();
        int from = reading.lastPid();
        keep(scan(last, version, start / NANOS_PER_TICK), version, from, start, nanoTime.getAsLong());
    }

    private void keep(Map<Integer, Known> found, int version, int from, long start, long end) {
        last = found;
        all = found.values().stream().map(Known::identity).toList();
        namesVersion = version;
        scanned = true;
        scannedPid = from;
        settled = found.values().stream()
                .allMatch(known -> known.readAtTicks() - known.identity().startTicks() > SETTLED_TICKS);
        scannedAt = end;
        lastCost = end - start;
    }

    /** Ids are given in order, so that new processes are found without a look at the old ones. False when it cannot. */
    private boolean addNew(int lastPid, long nowTicks) {
        if (lastPid < seenPid || lastPid - seenPid > MANY_NEW || seenPid < 0) {
            return false;
        }
        if (lastPid == seenPid) {
            return true;
        }
        List<ProcessIdentity> more = new ArrayList<>(all);
        for (int pid = seenPid + 1; pid <= lastPid; pid++) {
            Known known = read(pid, nowTicks);
            if (known != null) {
                last.put(pid, known);
                more.add(known.identity());
            }
        }
        all = List.copyOf(more);
        return true;
    }

    private Map<Integer, Known> scan(Map<Integer, Known> before, int version, long nowTicks) {
        boolean renamed = version != namesVersion;
        Map<Integer, Known> found = new HashMap<>(before.size() * 2);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path entry : entries) {
                int pid = Integer.parseInt(entry.getFileName().toString());
                Known known = renamed ? null : before.get(pid);
                Known now = known != null && isUnchanged(known, nowTicks) ? known : read(pid, nowTicks);
                if (now != null) {
                    found.put(pid, now);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the processes in " + proc, e);
        }
        return found;
    }

    private @Nullable Known read(int pid, long nowTicks) {
        return reading.read(pid).map(identity -> new Known(identity, nowTicks)).orElse(null);
    }

    private boolean isUnchanged(Known known, long nowTicks) {
        return known.readAtTicks() - known.identity().startTicks() > SETTLED_TICKS
                && nowTicks - known.readAtTicks() < READ_AGAIN_TICKS
                && reading.startOf(known.identity().pid()) == known.identity().startTicks();
    }
}
