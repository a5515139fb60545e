// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import io.nltap.agent.linux.NetNs;
import io.nltap.agent.linux.ProcessEvents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Some processes, and all that they made, and what those made. The kernel tells of each new process before it runs, so
 * that one which lives for a millisecond is known when its first message is read. Where the kernel does not tell, the
 * process table is looked at instead, which misses the short-lived.
 *
 * <p>May be used by several threads.
 */
final class ProcessFamily implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessFamily.class);

    private final Path proc;
    private final Optional<ProcessEvents> events;
    private final String lacking;

    /** A process that ended stays until its id is given to another: its last messages may not have been read yet. */
    private final BitSet members = new BitSet();

    /** Of processes whose making nobody told us of. */
    private final BitSet strangers = new BitSet();

    private ProcessFamily(Path proc, Optional<ProcessEvents> events, String lacking) {
        this.proc = proc;
        this.events = events;
        this.lacking = lacking;
    }

    /**
     * @param roots the processes it begins with, which need not be there any more
     */
    static ProcessFamily open(Path proc, Collection<Integer> roots) throws InterruptedException {
        ProcessFamily family = listening(proc);
        roots.forEach(family.members::set);
        // After listening has begun, so that nobody is made in between unseen.
        family.addChildren();
        return family;
    }

    private static ProcessFamily listening(Path proc) throws InterruptedException {
        IOException refusal = null;
        // The machine's own namespace is that of its first process, and mostly ours; either may be out of reach.
        for (String process : List.of("1", "self")) {
            try (NetNs machine = NetNs.open(proc.resolve(process + "/ns/net"))) {
                return new ProcessFamily(proc, Optional.of(ProcessEvents.open(machine)), "");
            } catch (IOException e) {
                refusal = e;
            }
        }
        return new ProcessFamily(
                proc,
                Optional.empty(),
                "the kernel does not tell of new processes (%s): children that live only for a moment may be missing"
                        .formatted(Objects.requireNonNull(refusal).getMessage()));
    }

    /** Why children may be missed; empty when none can be. */
    String lacking() {
        return lacking;
    }

    /** Whether the process belongs to it. Costs a system call for each process that is asked for, so remember the answer. */
    synchronized boolean includes(int pid) {
        hear();
        if (members.get(pid)) {
            return true;
        }
        if (events.isPresent() && strangers.get(pid)) {
            return false;
        }
        boolean descends = descends(pid);
        (descends ? members : strangers).set(pid);
        return descends;
    }

    /** Members that are there now, in order of their ids. */
    synchronized List<Integer> alive() {
        if (events.isEmpty()) {
            addChildren();
        }
        hear();
        List<Integer> alive = new ArrayList<>();
        members.stream()
                .filter(pid -> Files.exists(proc.resolve(Integer.toString(pid))))
                .forEach(alive::add);
        return alive;
    }

    private void hear() {
        if (events.isEmpty()) {
            return;
        }
        try {
            events.get().drain(new ProcessEvents.Listener() {
                @Override
                public void forked(int parent, int child) {
                    boolean ours = members.get(parent);
                    members.set(child, ours);
                    strangers.set(child, !ours);
                }

                @Override
                public void lost() {
                    strangers.clear();
                    addChildren();
                }
            });
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("cannot hear of new processes");
        }
    }

    private boolean descends(int pid) {
        int ancestor = pid;
        for (int steps = 0; steps < 100 && ancestor > 1; steps++) {
            if (members.get(ancestor)) {
                return true;
            }
            Integer parent = parent(proc.resolve(Integer.toString(ancestor)));
            ancestor = parent == null ? 0 : parent;
        }
        return false;
    }

    private void addChildren() {
        Map<Integer, Integer> parents = new HashMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path entry : entries) {
                Integer parent = parent(entry);
                if (parent != null) {
                    parents.put(Integer.valueOf(entry.getFileName().toString()), parent);
                }
            }
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("cannot list processes");
        }
        boolean more = true;
        while (more) {
            more = false;
            for (Map.Entry<Integer, Integer> each : parents.entrySet()) {
                if (members.get(each.getValue()) && !members.get(each.getKey())) {
                    members.set(each.getKey());
                    more = true;
                }
            }
        }
    }

    /** Field 4 of proc(5)'s stat; the name before it may hold anything. */
    private static @Nullable Integer parent(Path process) {
        try {
            String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 3);
            return Integer.valueOf(fields[1]);
        } catch (IOException | RuntimeException gone) {
            return null;
        }
    }

    @Override
    public synchronized void close() {
        events.ifPresent(ProcessEvents::close);
    }
}
