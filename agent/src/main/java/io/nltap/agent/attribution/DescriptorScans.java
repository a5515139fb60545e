// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which sockets processes hold, as {@code /proc/PID/fd} shows it. What was read of a process serves for all that was said
 * before it was read: with hundreds of sockets in one process one reading is enough for all. Used by one thread.
 */
final class DescriptorScans {
    private static final int REMEMBERED = 256;
    private static final int LARGEST_REMEMBERED = 1 << 14;
    private static final String SOCKET = "socket:[";

    /** What has been opened since is mostly next to the last one; of more than these all are read. */
    private static final int FURTHER = 4;

    /**
     * @param descriptors by the inode of the socket, one of its descriptors
     * @param last the highest descriptor of any kind
     */
    private record Scan(Map<Long, Integer> descriptors, int last, long takenNanos) {}

    private final Path proc;
    private final LongSupplier nanoTime;
    private final Map<Integer, Scan> scans = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Scan> eldest) {
            return size() > REMEMBERED;
        }
    };

    DescriptorScans(Path proc, LongSupplier nanoTime) {
        this.proc = proc;
        this.nanoTime = nanoTime;
    }

    /**
     * Inodes of the sockets that a process holds; none when it has ended or may not be looked at.
     *
     * @param sinceNanos what was read before that is too old
     */
    Set<Long> of(int pid, long sinceNanos) {
        return descriptors(pid, sinceNanos).keySet();
    }

    /**
     * A descriptor by which a process holds a socket, if it does; likewise. The one that it was seen with is asked for first,
     * as that is quick.
     */
    OptionalInt descriptor(int pid, long inode, long sinceNanos) {
        Scan known = scans.get(pid);
        if (known != null && known.takenNanos() - sinceNanos < 0) {
            Integer before = known.descriptors().get(inode);
            Integer still = before == null ? further(pid, inode, known) : isStill(pid, before, inode) ? before : null;
            if (still != null) {
                return OptionalInt.of(still);
            }
        }
        Integer descriptor = descriptors(pid, sinceNanos).get(inode);
        return descriptor == null ? OptionalInt.empty() : OptionalInt.of(descriptor);
    }

    /** Looks at those behind the last one that was there, as in a process that opens one after the other. */
    private @Nullable Integer further(int pid, long inode, Scan known) {
        int last = known.last();
        String target = target(pid, last + 1);
        while (!target.isEmpty() && last < known.last() + FURTHER) {
            last++;
            note(target, last, known.descriptors());
            target = target(pid, last + 1);
        }
        scans.put(pid, new Scan(known.descriptors(), last, known.takenNanos()));
        return known.descriptors().get(inode);
    }

    private static void note(String target, int descriptor, Map<Long, Integer> descriptors) {
        if (target.startsWith(SOCKET)) {
            descriptors.put(Long.parseLong(target, SOCKET.length(), target.length() - 1, 10), descriptor);
        }
    }

    private Map<Long, Integer> descriptors(int pid, long sinceNanos) {
        Scan known = scans.get(pid);
        if (known != null && known.takenNanos() - sinceNanos >= 0) {
            return known.descriptors();
        }
        Scan scan = read(pid, nanoTime.getAsLong());
        Map<Long, Integer> descriptors = scan.descriptors();
        if (descriptors.size() <= LARGEST_REMEMBERED) {
            scans.put(pid, scan);
        } else {
            scans.remove(pid);
        }
        return descriptors;
    }

    /**
     * Processes that were seen with that socket since then, or before and have it still: to ask for one descriptor is quick.
     * There may be others.
     */
    List<Integer> holders(long inode, long sinceNanos) {
        List<Integer> holders = new ArrayList<>();
        for (Map.Entry<Integer, Scan> each : scans.entrySet()) {
            Scan scan = each.getValue();
            Integer descriptor = scan.descriptors().get(inode);
            boolean isFresh = scan.takenNanos() - sinceNanos >= 0;
            if (descriptor != null && (isFresh || isStill(each.getKey(), descriptor, inode))) {
                holders.add(each.getKey());
            }
        }
        return holders;
    }

    private boolean isStill(int pid, int descriptor, long inode) {
        return target(pid, descriptor).equals(SOCKET + inode + "]");
    }

    private String target(int pid, int descriptor) {
        return target(proc.resolve(Integer.toString(pid)).resolve("fd").resolve(Integer.toString(descriptor)));
    }

    private Scan read(int pid, long takenNanos) {
        Map<Long, Integer> found = new HashMap<>();
        int last = -1;
        try (DirectoryStream<Path> descriptors =
                Files.newDirectoryStream(proc.resolve(Integer.toString(pid)).resolve("fd"))) {
            for (Path descriptor : descriptors) {
                int number = Integer.parseInt(descriptor.getFileName().toString());
                last = Math.max(last, number);
                note(target(descriptor), number, found);
            }
        } catch (IOException | DirectoryIteratorException gone) {
            return new Scan(found, last, takenNanos);
        }
        return new Scan(found, last, takenNanos);
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closed) {
            return "";
        }
    }
}
