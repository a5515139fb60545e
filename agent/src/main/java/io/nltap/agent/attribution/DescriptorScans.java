// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Which sockets processes hold, as {@code /proc/PID/fd} shows it. What was read of a process serves for all that was said
 * before it was read: with hundreds of sockets in one process one reading is enough for all. Used by one thread.
 */
final class DescriptorScans {
    private static final int REMEMBERED = 256;
    private static final int LARGEST_REMEMBERED = 1 << 14;
    private static final String SOCKET = "socket:[";

    private record Scan(Set<Long> inodes, long takenNanos) {}

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
        Scan known = scans.get(pid);
        if (known != null && known.takenNanos() - sinceNanos >= 0) {
            return known.inodes();
        }
        long start = nanoTime.getAsLong();
        Set<Long> inodes = read(pid);
        if (inodes.size() <= LARGEST_REMEMBERED) {
            scans.put(pid, new Scan(inodes, start));
        } else {
            scans.remove(pid);
        }
        return inodes;
    }

    /** A process that was seen with that socket since then. */
    OptionalInt holder(long inode, long sinceNanos) {
        for (Map.Entry<Integer, Scan> each : scans.entrySet()) {
            Scan scan = each.getValue();
            if (scan.takenNanos() - sinceNanos >= 0 && scan.inodes().contains(inode)) {
                return OptionalInt.of(each.getKey());
            }
        }
        return OptionalInt.empty();
    }

    private Set<Long> read(int pid) {
        Set<Long> inodes = new HashSet<>();
        try (DirectoryStream<Path> descriptors =
                Files.newDirectoryStream(proc.resolve(Integer.toString(pid)).resolve("fd"))) {
            for (Path descriptor : descriptors) {
                String target = target(descriptor);
                if (target.startsWith(SOCKET)) {
                    inodes.add(Long.parseLong(target, SOCKET.length(), target.length() - 1, 10));
                }
            }
        } catch (IOException | DirectoryIteratorException gone) {
            return inodes;
        }
        return inodes;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closed) {
            return "";
        }
    }
}
