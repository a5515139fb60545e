// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.NodeProcesses;
import io.nltap.agent.frame.ProcessIdentity;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Which processes hold a socket open, as {@code /proc/PID/fd} shows it. Processes that are likely to are looked at first;
 * reading all descriptors of the node takes no more than a twentieth of one CPU. Used by one thread.
 */
final class SocketHolders {
    private static final long REST_FACTOR = 20;
    private static final int REMEMBERED = 1 << 16;
    private static final String SOCKET = "socket:[";

    private final Path proc;
    private final NodeProcesses processes;
    private final LongSupplier nanoTime;

    /** What the last look at all processes found. */
    private Map<Long, List<Integer>> all = Map.of();

    private boolean looked;
    private long lookedAt;
    private long lastCost;

    SocketHolders(Path proc, NodeProcesses processes, LongSupplier nanoTime) {
        this.proc = proc;
        this.processes = processes;
        this.nanoTime = nanoTime;
    }

    /**
     * Processes that hold the socket now, each once; none when nobody does, or when it would cost too much to find out.
     *
     * @param likely by id, most likely first; the first of them that holds it is the answer, together with its relatives
     */
    Collection<ProcessIdentity> of(long inode, Collection<Integer> likely) {
        for (int pid : likely) {
            if (holds(pid, inode)) {
                return withRelatives(pid, inode);
            }
        }
        Set<ProcessIdentity> found = identities(all.getOrDefault(inode, List.of()), inode);
        if (found.isEmpty() && mayLookAtAll()) {
            lookAtAll();
            found = identities(all.getOrDefault(inode, List.of()), inode);
        }
        return found;
    }

    /** A socket is held twice when a process forked; so its parent and its children are looked at too. */
    private Collection<ProcessIdentity> withRelatives(int pid, long inode) {
        Set<Integer> holders = new LinkedHashSet<>();
        holders.add(pid);
        ProcessIdentity self = processes.find(pid).orElse(null);
        for (ProcessIdentity other : processes.all()) {
            boolean related = other.parent() == pid || (self != null && other.pid() == self.parent());
            if (related && other.pid() != pid && holds(other.pid(), inode)) {
                holders.add(other.pid());
            }
        }
        return identities(holders, inode);
    }

    private Set<ProcessIdentity> identities(Collection<Integer> pids, long inode) {
        Set<ProcessIdentity> found = new LinkedHashSet<>();
        for (int pid : pids) {
            if (holds(pid, inode)) {
                processes.find(pid).ifPresent(found::add);
            }
        }
        return found;
    }

    private boolean mayLookAtAll() {
        return !looked || nanoTime.getAsLong() - lookedAt >= REST_FACTOR * lastCost;
    }

    private void lookAtAll() {
        long start = nanoTime.getAsLong();
        Map<Long, List<Integer>> found = new LinkedHashMap<>();
        for (ProcessIdentity process : processes.all()) {
            if (process.ofKernel() || found.size() > REMEMBERED) {
                continue;
            }
            for (long inode : sockets(process.pid())) {
                found.computeIfAbsent(inode, k -> new ArrayList<>(1)).add(process.pid());
            }
        }
        all = found;
        looked = true;
        lookedAt = nanoTime.getAsLong();
        lastCost = lookedAt - start;
    }

    boolean holds(int pid, long inode) {
        return sockets(pid).contains(inode);
    }

    /** Inodes of the sockets that a process holds; none when it has ended or may not be looked at. */
    Set<Long> sockets(int pid) {
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
