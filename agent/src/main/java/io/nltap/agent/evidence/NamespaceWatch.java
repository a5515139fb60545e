// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import io.nltap.agent.linux.OwnPorts;
import io.nltap.netlink.evidence.CaptureLosses;
import io.nltap.netlink.evidence.EvidenceSample;
import io.nltap.netlink.evidence.SocketRow;
import io.nltap.netlink.evidence.TapHealth;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One namespace of one capture: what was read of it last, whether something seems to hang there, and what is worth telling. */
final class NamespaceWatch implements AutoCloseable {

    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

    /** What is missing in a capture has to be known before anybody is said to hang. */
    private static final Duration BETWEEN_LOSSES = Duration.ofSeconds(2);

    private static final Duration BETWEEN_COUNTS = Duration.ofSeconds(20);
    private static final int RESTING_REFERENCES = 2;

    /** Whoever talks all the time is at work at every other look, and yet nothing hangs: not at five in a row. */
    private static final int FURTHER_LOOKS = 4;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(1);

    private final long netns;
    private final String name;
    private final SocketTable table;
    private final OtherTaps otherTaps;
    private final SightScope scope;
    private final long openedNanos;
    private final Supplier<CaptureLosses> losses;
    private final Consumer<EvidenceSample> sink;

    private List<SocketRow> rows = List.of();
    private int omittedRows;
    private long readAt;
    private CaptureLosses lossesThen = CaptureLosses.NONE;
    private Map<Long, Long> sockets = Map.of();
    private Set<Long> busy = Set.of();
    private int busyRounds;
    private int otherCount;
    private boolean counted;
    private long countedAt;
    private boolean told;
    private long toldAt;
    private Set<Long> toldInodes = Set.of();
    private boolean toldUrgent;
    private List<SocketRow> toldRows = List.of();
    private CaptureLosses toldLosses = CaptureLosses.NONE;
    private boolean closed;

    NamespaceWatch(
            long netns,
            String name,
            SocketTable table,
            OtherTaps otherTaps,
            SightScope scope,
            long openedNanos,
            Supplier<CaptureLosses> losses,
            Consumer<EvidenceSample> sink) {
        this.netns = netns;
        this.name = name;
        this.table = table;
        this.otherTaps = otherTaps;
        this.scope = scope;
        this.openedNanos = openedNanos;
        this.losses = losses;
        this.sink = sink;
    }

    long netns() {
        return netns;
    }

    /** Sockets of the last reading, but for the kernel's own: port ids by inodes. */
    synchronized Map<Long, Long> sockets() {
        return sockets;
    }

    /** @param epochNanos by the clock that stamps the packets: no socket is there that was opened after it was read */
    synchronized void read(long nowNanos, long epochNanos) throws IOException, InterruptedException {
        if (closed) {
            return;
        }
        readAt = epochNanos;
        lossesThen = losses.get();
        SocketTable.Reading reading = table.read();
        // What this process asks is neither stuck nor in anybody's way, and must not look as if it were.
        rows = reading.rows().stream()
                .filter(row -> row.isKernel() || !OwnPorts.contains(row.portId()))
                .toList();
        omittedRows = reading.omitted();
        Map<Long, Long> seen = new HashMap<>();
        for (SocketRow row : rows) {
            if (!row.isKernel()) {
                seen.put(row.inode(), row.portId());
            }
        }
        Set<Long> atWork = atWork(rows);
        for (int look = 0; look < FURTHER_LOOKS && !atWork.isEmpty(); look++) {
            Thread.sleep(BETWEEN_LOOKS.toMillis());
            atWork.retainAll(atWork(table.read().rows()));
        }
        sockets = seen;
        // One look finds every socket at work now and then; what is at work at the next one, too, takes long.
        Set<Long> stillBusy = new HashSet<>(busy);
        stillBusy.retainAll(atWork);
        busyRounds = stillBusy.isEmpty() ? 0 : busyRounds + 1;
        busy = atWork;
        if (!counted || (busyRounds == 0 && nowNanos - countedAt >= BETWEEN_COUNTS.toNanos())) {
            counted = true;
            countedAt = nowNanos;
            otherCount = otherTaps.count();
        }
    }

    private static Set<Long> atWork(List<SocketRow> rows) {
        Set<Long> atWork = new HashSet<>();
        for (SocketRow row : rows) {
            if (isAtWork(row) && (row.isKernel() || !OwnPorts.contains(row.portId()))) {
                atWork.add(row.isKernel() ? -1L - row.protocol() : row.inode());
            }
        }
        return atWork;
    }

    private static boolean isAtWork(SocketRow row) {
        if (row.isKernel()) {
            return row.references() > RESTING_REFERENCES || row.receiveBytes() > 0;
        }
        return row.isDumping() || row.receiveBytes() > 0;
    }

    /** Whether something was at work at the last look, so that another one should follow soon. */
    synchronized boolean isBusy() {
        return !busy.isEmpty();
    }

    /** Whether something has been at work at several looks. */
    synchronized boolean isUrgent() {
        return busyRounds > 0;
    }

    /** How many looks it has been so. */
    synchronized int busyRounds() {
        return busyRounds;
    }

    /** Whether what was read of the sockets asks for a look at the processes, with which a sample is made. */
    synchronized boolean wantsProcesses(long nowNanos) {
        return !told
                || isUrgent()
                || toldUrgent // that it is over is news, too
                || lacksMore(nowNanos)
                || !toldInodes.equals(sockets.keySet())
                || drops(rows) != drops(toldRows);
    }

    /** Whoever lost something is told by when that was. */
    private static long drops(List<SocketRow> rows) {
        return rows.stream().mapToLong(SocketRow::drops).sum();
    }

    private boolean lacksMore(long nowNanos) {
        return nowNanos - toldAt >= BETWEEN_LOSSES.toNanos() && !lossesThen.equals(toldLosses);
    }

    /**
     * Hands over a sample if there is anything new in it, or it is time for one. Its time is that of the sockets: to look at
     * threads and holders after that may take seconds on a busy machine, and of a request that was sent meanwhile it tells
     * nothing.
     *
     * @param last whether no other sample will follow
     */
    synchronized void tell(ProcessesSeen seen, long nowNanos, boolean last) {
        if (closed) {
            return;
        }
        boolean due = !told || nowNanos - toldAt >= LONGEST_SILENCE.toNanos();
        boolean isNews = isUrgent() || toldUrgent || seen.stuck() || !rows.equals(toldRows);
        if (!due && !last && !lacksMore(nowNanos) && !isNews) {
            return;
        }
        Sight sight = scope.restrict(new Sight(rows, seen.of(sockets.keySet()), seen.threads()), seen.processes());
        SampleChoice choice =
                SampleChoice.of(sight.rows(), sight.holders(), sight.tasks(), isUrgent() || seen.stuck(), netns);
        sink.accept(new EvidenceSample(
                readAt,
                name,
                OptionalLong.of(netns),
                choice.sockets(),
                choice.holders(),
                choice.tasks(),
                new TapHealth(openedNanos, lossesThen, otherCount),
                omittedRows + seen.omitted() + choice.omitted()));
        told = true;
        toldAt = nowNanos;
        toldRows = rows;
        toldInodes = sockets.keySet();
        toldUrgent = isUrgent();
        toldLosses = lossesThen;
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        try {
            table.close();
        } finally {
            otherTaps.close();
        }
    }
}
