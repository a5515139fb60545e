// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import io.nltap.agent.frame.ProcessIdentity;
import io.nltap.netlink.evidence.SocketHolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Which processes have which netlink sockets open, from {@code /proc/PID/fd}. All processes of the node are gone through
 * again and again, those first that live in a watched namespace; those that are known to hold one are looked at more often.
 * Used by one thread.
 */
final class SocketOwners {

    private static final Duration BETWEEN_PASSES = Duration.ofSeconds(10);
    private static final Duration BETWEEN_URGENT_PASSES = Duration.ofSeconds(2);
    private static final Duration BETWEEN_CHECKS = Duration.ofSeconds(4);
    private static final Duration BETWEEN_URGENT_CHECKS = Duration.ofMillis(500);
    private static final int MOST_PROCESSES = 1024;
    private static final int MOST_OF_ONE = 256;
    private static final int MOST_SUSPECTS = 64;
    private static final int MOST_DESCRIPTORS = 4096;

    private final ProcFiles files;
    private final LongSupplier nanoTime;
    private final Map<Integer, List<SocketHolder>> byProcess = new LinkedHashMap<>();

    private List<Integer> pass = List.of();
    private int next;
    private Set<Long> unownedBefore = Set.of();
    private boolean passedOnce;
    private long passEnded;
    private long checked;

    SocketOwners(ProcFiles files, LongSupplier nanoTime) {
        this.files = files;
        this.nanoTime = nanoTime;
    }

    /**
     * @param sockets those that matter: port ids by inodes
     * @param namespaces inodes of those that are watched
     * @param urgent whether something seems to hang
     */
    void look(
            Map<Integer, ProcessIdentity> processes,
            Map<Long, Long> sockets,
            Set<Long> namespaces,
            boolean urgent,
            CpuAllowance allowance) {
        byProcess.keySet().retainAll(processes.keySet());
        long now = nanoTime.getAsLong();
        if (now - checked >= (urgent ? BETWEEN_URGENT_CHECKS : BETWEEN_CHECKS).toNanos()) {
            checked = now;
            boolean isSettled = !urgent && unowned(sockets).isEmpty();
            for (int pid : List.copyOf(byProcess.keySet())) {
                if (!allowance.isLeft()) {
                    return;
                }
                if (!isSettled || !stillHolds(pid)) {
                    check(pid, sockets.keySet());
                }
            }
        }
        for (ProcessIdentity process : likely(processes, sockets)) {
            if (allowance.isLeft()) {
                check(process.pid(), sockets.keySet());
            }
        }
        beginPass(processes, sockets, namespaces, urgent);
        while (next < pass.size() && allowance.isLeft()) {
            check(pass.get(next++), sockets.keySet());
            if (next == pass.size()) {
                passedOnce = true;
                passEnded = nanoTime.getAsLong();
            }
        }
    }

    /** The first socket of a process mostly has its id as port id. */
    private List<ProcessIdentity> likely(Map<Integer, ProcessIdentity> processes, Map<Long, Long> sockets) {
        List<ProcessIdentity> likely = new ArrayList<>();
        for (long port : unowned(sockets)) {
            ProcessIdentity process = port > Integer.MAX_VALUE ? null : processes.get((int) port);
            if (process != null && likely.size() < MOST_SUSPECTS) {
                likely.add(process);
            }
        }
        return likely;
    }

    private void beginPass(
            Map<Integer, ProcessIdentity> processes, Map<Long, Long> sockets, Set<Long> namespaces, boolean urgent) {
        Set<Long> ports = unowned(sockets);
        // A new socket is of whoever has just opened it: not worth a wait of many seconds.
        boolean news = !ports.equals(unownedBefore);
        Duration pause = urgent || news ? BETWEEN_URGENT_PASSES : BETWEEN_PASSES;
        if (next < pass.size() || (passedOnce && nanoTime.getAsLong() - passEnded < pause.toNanos())) {
            return;
        }
        pass = processes.values().stream()
                .filter(process -> !process.ofKernel())
                .sorted(Comparator.comparing(process -> rank(process, ports, namespaces)))
                .map(ProcessIdentity::pid)
                .toList();
        next = 0;
        unownedBefore = ports;
    }

    /** Port ids of the sockets of which no holder is known. */
    private Set<Long> unowned(Map<Long, Long> sockets) {
        Map<Long, Long> left = new HashMap<>(sockets);
        byProcess.values().forEach(held -> held.forEach(each -> left.remove(each.inode())));
        return new HashSet<>(left.values());
    }

    /** As in {@link #likely}, where ids may be those of a container. */
    private static int rank(ProcessIdentity process, Set<Long> ports, Set<Long> namespaces) {
        if (ports.contains((long) process.pid()) || ports.contains((long) process.innerPid())) {
            return 0;
        }
        return namespaces.contains(process.netns()) ? 1 : 2;
    }

    /** All that it is known to hold; whatever else it has open need not be read then. */
    private boolean stillHolds(int pid) {
        return byProcess.getOrDefault(pid, List.of()).stream()
                .allMatch(held -> files.inode(descriptor(pid, held.fd())).orElse(0) == held.inode());
    }

    private Path descriptor(int pid, int fd) {
        return files.process(pid).resolve("fd").resolve(Integer.toString(fd));
    }

    private void check(int pid, Set<Long> sockets) {
        List<SocketHolder> held = new ArrayList<>();
        int[] read = {0};
        files.list(files.process(pid).resolve("fd"), fd -> {
            files.inode(descriptor(pid, fd)).ifPresent(inode -> {
                if (sockets.contains(inode)) {
                    held.add(new SocketHolder(inode, pid, fd));
                }
            });
            return held.size() < MOST_OF_ONE && ++read[0] < MOST_DESCRIPTORS;
        });
        if (held.isEmpty()) {
            byProcess.remove(pid);
        } else if (byProcess.size() < MOST_PROCESSES || byProcess.containsKey(pid)) {
            byProcess.put(pid, held);
        }
    }

    /**
     * Processes of the watched namespaces, if there are sockets that nobody holds: one of them may wait on a descriptor that
     * was closed under its hands.
     */
    Set<Integer> suspects(Map<Integer, ProcessIdentity> processes, Map<Long, Long> sockets, Set<Long> namespaces) {
        Set<Integer> suspects = new LinkedHashSet<>();
        Set<Long> ports = unowned(sockets);
        if (ports.isEmpty()) {
            return suspects;
        }
        int last = passedOnce ? 1 : 0; // until all were asked, a socket may have a holder that is not known yet
        for (ProcessIdentity process : processes.values()) {
            if (!process.ofKernel() && rank(process, ports, namespaces) <= last && suspects.size() < MOST_SUSPECTS) {
                suspects.add(process.pid());
            }
        }
        return suspects;
    }

    /** Sockets of which no holder is known, while not all processes have been asked. */
    int missing(Map<Long, Long> sockets) {
        return passedOnce && next >= pass.size() ? 0 : unowned(sockets).size();
    }

    /** Those that hold one of these sockets, as far as is known. */
    List<SocketHolder> of(Set<Long> sockets) {
        List<SocketHolder> found = new ArrayList<>();
        for (List<SocketHolder> held : byProcess.values()) {
            for (SocketHolder each : held) {
                if (sockets.contains(each.inode())) {
                    found.add(each);
                }
            }
        }
        return found;
    }

    /** Processes that hold any. */
    Set<Integer> processes() {
        return new LinkedHashSet<>(byProcess.keySet());
    }
}
