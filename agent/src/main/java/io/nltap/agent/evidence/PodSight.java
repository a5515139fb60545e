// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import io.nltap.agent.frame.ContainerName;
import io.nltap.agent.frame.ProcessIdentity;
import io.nltap.netlink.analysis.LockHolding;
import io.nltap.netlink.evidence.SocketHolder;
import io.nltap.netlink.evidence.SocketRow;
import io.nltap.netlink.evidence.TaskState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * What whoever may capture some pods of a Kubernetes namespace may see beside the wire: everything of these pods'
 * processes, and of others only who may hold the lock that one of these processes waits for. docs/design/0011 has the
 * reasons.
 *
 * <ul>
 *   <li>Sockets: the kernel's own, which name nobody; those that a process in scope holds; and in a network namespace that is
 *       the pods' own also those of which no holder is known.
 *   <li>Of a possible holder that is not in scope: its ids, its state, the kernel functions that it is in, and its name unless
 *       it runs in a pod of another namespace. No descriptors, no arguments; pod and container only if in the same namespace.
 * </ul>
 */
public final class PodSight extends SightScope {
    private static final int MOST_BYSTANDERS = 4096;
    private static final String NAMELESS = "-";

    private final String namespace;
    private final boolean shared;
    private final boolean stacks;
    private final Set<Integer> bystanders = ConcurrentHashMap.newKeySet();
    private volatile Predicate<ProcessIdentity> inScope = process -> false;

    /**
     * @param namespace of the pods
     * @param shared whether others than the pods are in the network namespace, as in that of the node
     * @param stacks whether what threads do in the kernel may be told at all
     */
    public PodSight(String namespace, boolean shared, boolean stacks) {
        this.namespace = namespace;
        this.shared = shared;
        this.stacks = stacks;
    }

    /** Which processes are the pods', from the next look on. */
    public void setProcesses(Predicate<ProcessIdentity> wanted) {
        inScope = wanted;
    }

    /** Whether it was let through only as a possible holder of a lock. */
    public boolean isBystander(int pid) {
        return bystanders.contains(pid);
    }

    @Override
    Sight restrict(Sight sight, Map<Integer, ProcessIdentity> processes) {
        Predicate<ProcessIdentity> wanted = inScope;
        List<SocketHolder> holders = sight.holders().stream()
                .filter(holder -> isIn(holder.pid(), processes, wanted))
                .toList();
        return new Sight(rows(sight, holders), holders, tasks(sight, processes, wanted));
    }

    private static boolean isIn(int pid, Map<Integer, ProcessIdentity> processes, Predicate<ProcessIdentity> wanted) {
        ProcessIdentity process = processes.get(pid);
        return process != null && wanted.test(process);
    }

    private List<SocketRow> rows(Sight sight, List<SocketHolder> holders) {
        Set<Long> own = new HashSet<>();
        holders.forEach(holder -> own.add(holder.inode()));
        Set<Long> held = new HashSet<>();
        sight.holders().forEach(holder -> held.add(holder.inode()));
        return sight.rows().stream()
                .filter(row -> row.isKernel() || own.contains(row.inode()) || (!shared && !held.contains(row.inode())))
                .toList();
    }

    private List<TaskState> tasks(
            Sight sight, Map<Integer, ProcessIdentity> processes, Predicate<ProcessIdentity> wanted) {
        List<TaskState> own = new ArrayList<>();
        List<TaskState> others = new ArrayList<>();
        for (TaskState task : sight.tasks()) {
            (isIn(task.pid(), processes, wanted) ? own : others).add(task);
        }
        if (!stacks) {
            return own.stream().map(PodSight::withoutStack).toList();
        }
        if (own.stream().anyMatch(LockHolding::isWaitedFor)) {
            for (TaskState task : others) {
                ProcessIdentity process = processes.get(task.pid());
                boolean room = bystanders.size() < MOST_BYSTANDERS || bystanders.contains(task.pid());
                if (process != null && room && LockHolding.isPossible(task)) {
                    bystanders.add(task.pid());
                    own.add(reduced(task, process.container()));
                }
            }
        }
        own.forEach(task -> {
            if (isIn(task.pid(), processes, wanted)) {
                bystanders.remove(task.pid()); // the id is another's by now
            }
        });
        return own;
    }

    private TaskState reduced(TaskState task, Optional<ContainerName> container) {
        boolean neighbour = container
                .flatMap(ContainerName::pod)
                .filter(pod -> pod.startsWith(namespace + "/"))
                .isPresent();
        return new TaskState(
                task.pid(),
                task.tid(),
                task.seenNanos(),
                container.isEmpty() || neighbour ? task.comm() : NAMELESS,
                OptionalLong.empty(),
                task.state(),
                OptionalInt.empty(),
                List.of(),
                OptionalLong.empty(),
                task.wchan(),
                task.stack(),
                neighbour ? task.pod() : Optional.empty(),
                neighbour ? task.container() : Optional.empty());
    }

    private static TaskState withoutStack(TaskState task) {
        return new TaskState(
                task.pid(),
                task.tid(),
                task.seenNanos(),
                task.comm(),
                task.netnsInode(),
                task.state(),
                task.syscall(),
                List.of(),
                task.fdInode(),
                Optional.empty(),
                List.of(),
                task.pod(),
                task.container());
    }
}
