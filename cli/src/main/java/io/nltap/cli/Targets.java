// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.NodeProcesses;
import io.nltap.agent.frame.ProcessIdentity;
import io.nltap.agent.scope.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The processes that an order names: who they are now, which namespaces they are in, and who belongs to them. */
final class Targets implements AutoCloseable {

    private final Path proc;
    private final NodeProcesses processes;
    private final Set<String> containers;
    private final boolean everybody;
    private final Optional<ProcessFamily> family;

    /** Of the thread that reads frames. An id that goes to another process makes another author. */
    private final Map<Author.Process, Boolean> answers = new IdentityHashMap<>();

    private Author.@Nullable Process lastAsked;
    private boolean lastAnswer;

    private Targets(
            Path proc,
            NodeProcesses processes,
            Set<String> containers,
            boolean everybody,
            Optional<ProcessFamily> family) {
        this.proc = proc;
        this.processes = processes;
        this.containers = containers;
        this.everybody = everybody;
        this.family = family;
    }

    /** @throws CommandProblem when one of them does not exist */
    static Targets open(RecordOrder order, Path proc, NodeProcesses processes)
            throws CommandProblem, InterruptedException {
        for (int pid : order.pids()) {
            if (!Files.exists(proc.resolve(Integer.toString(pid)))) {
                throw new CommandProblem(
                        ExitCode.FAILED,
                        "--pid %d: there is no such process here; 'ps -e' lists those there are".formatted(pid));
            }
        }
        Set<String> ids = new LinkedHashSet<>();
        for (String id : order.containers()) {
            ids.add(container(id, processes));
        }
        return new Targets(
                proc,
                processes,
                ids,
                order.wantsEverybody(),
                order.pids().isEmpty() ? Optional.empty() : Optional.of(ProcessFamily.open(proc, order.pids())));
    }

    private static String container(String id, NodeProcesses processes) throws CommandProblem {
        Set<String> known = new TreeSet<>();
        for (ProcessIdentity process : processes.all()) {
            process.container().flatMap(name -> name.containerId()).ifPresent(known::add);
        }
        List<String> matching =
                known.stream().filter(each -> each.startsWith(id)).toList();
        if (matching.size() == 1) {
            return matching.get(0);
        }
        String shown = matching.isEmpty()
                ? "no process here is in such a container; 'crictl ps' or 'docker ps' lists those there are"
                : "more than one container begins so: " + String.join(", ", matching);
        throw new CommandProblem(ExitCode.FAILED, "--container %s: %s".formatted(id, shown));
    }

    /** Whose traffic is wanted. */
    Subject subject() {
        if (everybody) {
            return Subject.everybody("everybody");
        }
        return new Subject("targets", this::include);
    }

    @SuppressWarnings("ReferenceEquality") // an id that goes to another process makes another author
    private boolean include(Author.Process process) {
        if (process != lastAsked) {
            Boolean known = answers.get(process);
            lastAnswer = known != null ? known : decide(process);
            lastAsked = process;
        }
        return lastAnswer;
    }

    private boolean decide(Author.Process process) {
        boolean ours = process.container()
                        .flatMap(name -> name.containerId())
                        .filter(containers::contains)
                        .isPresent()
                || (family.isPresent() && family.get().includes(process.pid()));
        if (answers.size() > 100_000) {
            answers.clear();
        }
        answers.put(process, ours);
        return ours;
    }

    /** Namespaces in which one of them is now, each with the file of one that is there. */
    Map<Long, Path> namespaces() {
        Map<Long, Path> found = new LinkedHashMap<>();
        for (int pid : alive()) {
            Path file = proc.resolve(pid + "/ns/net");
            try {
                long inode = ((Number) Files.getAttribute(file, "unix:ino")).longValue();
                found.putIfAbsent(inode, file);
            } catch (IOException e) {
                continue; // it has just ended
            }
        }
        return found;
    }

    /** How many of them there are now. */
    int count() {
        return alive().size();
    }

    private List<Integer> alive() {
        List<Integer> alive = new ArrayList<>(family.map(ProcessFamily::alive).orElse(List.of()));
        if (!containers.isEmpty()) {
            for (ProcessIdentity process : processes.all()) {
                boolean ours = process.container()
                        .flatMap(name -> name.containerId())
                        .filter(containers::contains)
                        .isPresent();
                if (ours) {
                    alive.add(process.pid());
                }
            }
        }
        return alive;
    }

    /** Why children may be missed; empty when none can be, or when nobody asked for any. */
    String lacking() {
        return family.map(ProcessFamily::lacking).orElse("");
    }

    @Override
    public void close() {
        family.ifPresent(ProcessFamily::close);
    }
}
