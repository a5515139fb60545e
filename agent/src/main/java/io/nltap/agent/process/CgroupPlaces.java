// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.process;

import io.nltap.agent.frame.NodeProcesses.Place;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which container a cgroup is, by the number that the kernel gives with a frame: the inode of its directory in the cgroup
 * v2 hierarchy, which is mounted at {@code /sys/fs/cgroup}, or beside version 1 at {@code /sys/fs/cgroup/unified}. A
 * number that is not known yet costs a walk through all directories; walks take a tenth of a CPU at most. What was seen
 * once is remembered for as long as there is room, also when the container has gone: the kernel gives no number twice.
 */
final class CgroupPlaces {
    private static final Logger LOG = LoggerFactory.getLogger(CgroupPlaces.class);

    private static final int REMEMBERED = 1 << 16;
    private static final int LARGEST_WALK = 100_000;
    private static final long REST_FACTOR = 10;

    private final Path proc;
    private final PodNames names;
    private final LongSupplier nanoTime;
    private final Map<Long, Optional<CgroupMembership>> seen = new ConcurrentHashMap<>();
    private final Deque<Long> oldestFirst = new ArrayDeque<>();
    /** Names are given to the same containers again and again, so their places are kept as well. */
    private final Map<Long, Place> places = new ConcurrentHashMap<>();

    private int namesVersion;
    private volatile boolean besideVersion1;
    private long walkedAt;
    private long lastCost;
    private boolean walked;

    /**
     * @param proc the node's; its first process sees the hierarchy
     * @param nanoTime monotonic
     */
    CgroupPlaces(Path proc, PodNames names, LongSupplier nanoTime) {
        this.proc = proc;
        this.names = names;
        this.nanoTime = nanoTime;
    }

    /** Does not wait for a walk that is under way. Names may be those of a moment ago. */
    Optional<Place> known(long cgroupId) {
        Place known = places.get(cgroupId);
        return known == null ? placeOf(seen.get(cgroupId)) : Optional.of(known);
    }

    synchronized Optional<Place> find(long cgroupId) {
        if (names.version() != namesVersion) {
            namesVersion = names.version();
            places.clear();
        }
        Place known = places.get(cgroupId);
        if (known != null) {
            return Optional.of(known);
        }
        if (!seen.containsKey(cgroupId)) {
            walk();
        }
        Optional<Place> place = placeOf(seen.get(cgroupId));
        place.ifPresent(it -> places.put(cgroupId, it));
        return place;
    }

    /** Beside version 1 a container may be in that alone, and its processes in no cgroup of version 2 that says so. */
    private Optional<Place> placeOf(@Nullable Optional<CgroupMembership> membership) {
        return membership == null || (membership.isEmpty() && besideVersion1)
                ? Optional.empty()
                : Optional.of(new Place(membership.map(names::of)));
    }

    private void walk() {
        long start = nanoTime.getAsLong();
        if (walked && start - walkedAt < REST_FACTOR * lastCost) {
            return;
        }
        Optional<Path> root = root();
        if (root.isPresent()) {
            walk(root.get());
        }
        walked = true;
        walkedAt = nanoTime.getAsLong();
        lastCost = walkedAt - start;
        forgetOldest();
    }

    private Optional<Path> root() {
        // The first process sees all of it; where it may not be looked at, this one may do.
        for (String process : List.of("1", "self")) {
            Path cgroup = proc.resolve(process).resolve("root/sys/fs/cgroup");
            for (Path candidate : List.of(cgroup, cgroup.resolve("unified"))) {
                if (isVersion2(candidate)) {
                    besideVersion1 = !candidate.equals(cgroup);
                    return Optional.of(candidate);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isVersion2(Path directory) {
        return Files.exists(directory.resolve("cgroup.procs")) && Files.exists(directory.resolve("cgroup.controllers"));
    }

    private void walk(Path root) {
        Deque<Path> open = new ArrayDeque<>();
        open.push(root);
        int visited = 0;
        while (!open.isEmpty() && visited++ < LARGEST_WALK) {
            Path directory = open.pop();
            try {
                note(directory, root);
                try (DirectoryStream<Path> entries = Files.newDirectoryStream(
                        directory, entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))) {
                    entries.forEach(open::push);
                }
            } catch (IOException | java.nio.file.DirectoryIteratorException gone) {
                LOG.atTrace().addKeyValue("cgroup", directory).log("went away during the walk");
            }
        }
    }

    private void note(Path directory, Path root) throws IOException {
        if (Files.getAttribute(directory, "unix:ino") instanceof Number inode && !seen.containsKey(inode.longValue())) {
            seen.put(inode.longValue(), CgroupMembership.parse("0::/" + root.relativize(directory)));
            oldestFirst.addLast(inode.longValue());
        }
    }

    private void forgetOldest() {
        while (oldestFirst.size() > REMEMBERED) {
            Long oldest = oldestFirst.removeFirst();
            seen.remove(oldest);
            places.remove(oldest);
        }
    }
}
