// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.process;

import io.nltap.agent.metrics.AgentCounter;
import io.nltap.agent.metrics.AgentCounters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The process table of the node, {@code /proc} of its first PID namespace, shared by all sessions.
 *
 * <p>A scan reads one small file for every process of the node. So that it never costs more than a fiftieth of one CPU,
 * the next scan is at least fifty times as far away as the last one took, and sessions that ask in between get the
 * snapshot that is there.
 */
public final class ProcessTable {
    private static final long REST_FACTOR = 50;

    private final Path proc;
    private final long minAgeNanos;
    private final LongSupplier nanoTime;
    private final AgentCounters counters;

    private @Nullable ProcessSnapshot last;
    private long scans;
    private long scannedAt;
    private long lastCost;

    /**
     * @param proc where the node's {@code /proc} is mounted
     * @param minAgeNanos a younger snapshot is never replaced
     * @param nanoTime monotonic, as {@link System#nanoTime}
     */
    public ProcessTable(Path proc, long minAgeNanos, LongSupplier nanoTime, AgentCounters counters) {
        this.proc = proc;
        this.minAgeNanos = minAgeNanos;
        this.nanoTime = nanoTime;
        this.counters = counters;
    }

    /** What was there at most {@code minAge}, or fifty times the cost of a scan, ago. */
    public synchronized ProcessSnapshot snapshot() {
        long now = nanoTime.getAsLong();
        ProcessSnapshot known = last;
        if (known != null && now - scannedAt < Math.max(minAgeNanos, REST_FACTOR * lastCost)) {
            return known;
        }
        ProcessSnapshot fresh = new ProcessSnapshot(++scans, scan());
        long end = nanoTime.getAsLong();
        lastCost = end - now;
        scannedAt = end;
        last = fresh;
        counters.increment(AgentCounter.PROCESS_SCANS);
        counters.add(AgentCounter.PROCESS_SCAN_MICROS, lastCost / 1000);
        return fresh;
    }

    /** The network namespace of a process. */
    public NetnsReading netns(int pid) {
        return NetnsReading.of(proc.resolve(Integer.toString(pid)));
    }

    /** Inode of the node's own network namespace, that of its first process; empty when that may not be read. */
    public OptionalLong hostNetns() {
        return netns(1) instanceof NetnsReading.Inode host ? OptionalLong.of(host.number()) : OptionalLong.empty();
    }

    private List<PodProcess> scan() {
        List<PodProcess> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, ProcessTable::isProcess)) {
            for (Path entry : entries) {
                CgroupMembership.parse(cgroup(entry))
                        .ifPresent(membership -> found.add(new PodProcess(
                                Integer.parseInt(entry.getFileName().toString()), membership)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the processes in " + proc, e);
        }
        return found;
    }

    private static boolean isProcess(Path entry) {
        String name = entry.getFileName().toString();
        return name.length() < 10 && !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Empty for a process that ended between the listing and the reading: ENOENT before the open, ESRCH after it. */
    private static String cgroup(Path process) {
        try {
            return new String(Files.readAllBytes(process.resolve("cgroup")), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}
