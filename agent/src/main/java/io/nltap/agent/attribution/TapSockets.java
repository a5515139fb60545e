// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.Listeners;
import io.nltap.agent.linux.Memberships;
import io.nltap.agent.linux.OwnPorts;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The netlink sockets of one network namespace, and who holds them. */
final class TapSockets implements Listeners, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TapSockets.class);

    private static final int NETLINK_GENERIC = 16;

    /** For so long after a question the table is watched. */
    private static final long WATCHED_NANOS = 2_000_000_000;

    /** Watching takes a tenth of one CPU at most, of all taps. */
    private static final long REST_FACTOR = 10;

    /** New sockets that are looked at in one go. */
    private static final int LOOKED_AT = 32;

    private record Listening(int protocol, int group) {}

    private final NetlinkTable table;
    private final long netns;
    private final Owners owners;
    private final SocketHolders holders;
    private final SocketSearch search;
    private final OptionalInt exitFamily;
    private final LongSupplier nanoTime;
    private final BooleanSupplier awaited;
    private final FurtherGroups furtherGroups;

    private volatile ListenerSheet listeners = ListenerSheet.NOBODY;
    private volatile SocketSheet rows;
    private volatile boolean open = true;

    /** The table is not watched before. */
    private volatile long restUntilNanos;

    private volatile long askedNanos;
    private volatile boolean asked;

    // Only of the lookup thread.
    private final SheetHistory history = new SheetHistory();
    private final NewSockets newSockets = new NewSockets();
    private List<NetlinkTable.Row> lastRows = List.of();
    private Map<Long, Set<Integer>> held = new HashMap<>();

    /**
     * @param netns inode of the namespace
     * @param exitFamily generic netlink family of the reports of ended processes that arrive in this namespace for us
     * @param nanoTime {@code CLOCK_MONOTONIC}
     * @param awaited whether somebody waits for an answer, for whom all that has time is to make way
     */
    TapSockets(
            NetlinkTable table,
            long netns,
            Owners owners,
            SocketHolders holders,
            SocketSearch search,
            OptionalInt exitFamily,
            LongSupplier nanoTime,
            BooleanSupplier awaited) {
        this.awaited = awaited;
        this.table = table;
        this.netns = netns;
        this.owners = owners;
        this.holders = holders;
        this.search = search;
        this.furtherGroups = new FurtherGroups(holders, new Memberships()::of, nanoTime.getAsLong());
        this.exitFamily = exitFamily;
        this.nanoTime = nanoTime;
        this.rows = new SocketSheet(List.of(), nanoTime.getAsLong());
    }

    /** Whether a message that the kernel sends to nobody in particular is a report of an ended process, which we asked for. */
    boolean isExitReport(int protocol, int type) {
        return protocol == NETLINK_GENERIC && exitFamily.isPresent() && exitFamily.getAsInt() == type;
    }

    /** Somebody is asked for. Any thread. */
    void noteAsked() {
        askedNanos = nanoTime.getAsLong();
        asked = true;
    }

    /**
     * Does once what a search does, which takes much longer the first time, and reads what processes have open. To be called
     * on the lookup thread.
     */
    void rehearse() {
        long nanos = nanoTime.getAsLong();
        find(0, 0, nanos);
        search.look(0, SocketSheet.NO_SOCKET, nanos, () -> false);
    }

    /** Who had the socket when it spoke or was spoken to. To be called on the lookup thread. */
    Finding find(int protocol, long portId, long nanos) {
        noteAsked();
        if (!history.reachesBeyond(nanos)) {
            readRows();
        }
        return search.find(protocol, portId, history.find(KnownSocket.key(protocol, portId), nanos), rows, nanos);
    }

    /** Whether somebody spoke lately whom the kernel did not name. Any thread. */
    boolean wasAskedLately(long nanos) {
        return open && asked && nanos - askedNanos < WATCHED_NANOS;
    }

    /** Whether {@link #watch} would do anything. Any thread. */
    boolean hasRested(long nanos) {
        return nanos - restUntilNanos >= 0;
    }

    /**
     * Looks which sockets are new and who holds them, for when their frames are read they may be closed. To be called on the
     * lookup thread, some hundred times a second while {@link #wasAskedLately}.
     *
     * @param taps of which as much is asked now, this one among them: together they are watched no more than one would be
     */
    void watch(int taps) {
        long start = nanoTime.getAsLong();
        if (open && hasRested(start)) {
            lookAtNew(start, awaited);
            long end = nanoTime.getAsLong();
            restUntilNanos = end + REST_FACTOR * taps * (end - start);
        }
    }

    /**
     * Somebody speaks for the first time just now: looks who that is before anything else. To be called on the lookup thread.
     *
     * @param allowed of all taps
     */
    void alarm(SavedTime allowed) {
        noteAsked();
        if (open && allowed.isLeft()) {
            allowed.spend(() -> {
                lookAtNew(nanoTime.getAsLong(), () -> false);
                return open;
            });
        }
    }

    private void lookAtNew(long nanos, BooleanSupplier hurried) {
        readRows();
        int looked = 0;
        for (NetlinkTable.Row row : newSockets.among(lastRows)) {
            if (looked == LOOKED_AT || (looked > 0 && hurried.getAsBoolean())) {
                return;
            }
            newSockets.lookedAt(row);
            if (!OwnPorts.contains(row.portId()) && search.look(row.portId(), row.inode(), nanos, hurried)) {
                looked++;
            }
        }
    }

    /** Which sockets there were lately; any thread. */
    SocketSheet sheet() {
        return rows;
    }

    private void readRows() {
        long before = nanoTime.getAsLong();
        lastRows = rows();
        newSockets.begin(lastRows);
        rows = new SocketSheet(lastRows, before);
        history.add(rows);
    }

    private List<NetlinkTable.Row> rows() {
        try {
            return table.read();
        } catch (IOException e) {
            if (open) {
                LOG.atWarn().addKeyValue("netns", netns).setCause(e).log("netlink sockets could not be listed");
            }
            return List.of();
        }
    }

    /** Finds out anew who listens. To be called on the lookup thread, about once a second. */
    void refresh() {
        if (!open) {
            return;
        }
        Map<Listening, Set<Author.Process>> found = new HashMap<>();
        Map<Long, Set<Integer>> stillHeld = new HashMap<>();
        ListenerSheet sheet = new ListenerSheet();
        readRows();
        long start = nanoTime.getAsLong(); // one reading of a process serves for all of its sockets
        furtherGroups.begin(start);
        for (NetlinkTable.Row row : lastRows) {
            if (OwnPorts.contains(row.portId())) {
                sheet.addOwn(row.protocol(), row.groups());
                continue;
            }
            if (awaited.getAsBoolean()) {
                furtherGroups.hurry();
            }
            boolean mayHaveMore = furtherGroups.isWanted(row);
            if (row.groups() == 0 && !mayHaveMore) {
                Set<Integer> before = held.getOrDefault(row.inode(), Set.of());
                if (!before.isEmpty()) {
                    stillHeld.put(row.inode(), before);
                }
                continue;
            }
            Set<Integer> pids = heldBy(row, start);
            stillHeld.put(row.inode(), pids);
            BitSet groups = row.listening();
            if (mayHaveMore) {
                groups.or(furtherGroups.of(row, pids));
            }
            if (!groups.isEmpty()) {
                pids.forEach(pid -> add(found, row.protocol(), groups, pid));
            }
        }
        held = stillHeld;
        found.forEach((at, who) -> sheet.put(at.protocol(), at.group(), List.copyOf(who)));
        if (!sheet.equals(listeners)) {
            listeners = sheet;
        }
    }

    private void add(Map<Listening, Set<Author.Process>> found, int protocol, BitSet groups, int pid) {
        if (owners.living(pid).author() instanceof Author.Process process) {
            groups.stream()
                    .forEach(group -> found.computeIfAbsent(new Listening(protocol, group), k -> new LinkedHashSet<>())
                            .add(process));
        }
    }

    /** @param start what was read of processes before that is too old */
    private Set<Integer> heldBy(NetlinkTable.Row row, long start) {
        Set<Integer> before = held.getOrDefault(row.inode(), Set.of());
        Set<Integer> now = new HashSet<>(before);
        now.removeIf(pid -> !holders.holds(pid, row.inode(), start));
        if (now.isEmpty()) {
            holders.of(row.inode(), start, () -> search.likely(row.portId()))
                    .forEach(process -> now.add(process.pid()));
        }
        return now;
    }

    @Override
    public List<Author.Process> of(int protocol, int group) {
        List<Author.Process> all = listeners.of(protocol, group);
        if (group > Integer.SIZE) {
            furtherGroups.note(!all.isEmpty());
        }
        return all;
    }

    @Override
    public int ownSockets(int protocol, int group) {
        return listeners.ownSockets(protocol, group);
    }

    @Override
    public void close() {
        open = false;
        try {
            table.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("table of netlink sockets not closed properly");
        }
    }
}
