// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import io.nltap.netlink.evidence.SocketHolder;
import io.nltap.netlink.evidence.SocketRow;
import io.nltap.netlink.evidence.TaskState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Chooses what goes into a sample when there is more than it has room for: what may explain a hang comes first. */
final class SampleChoice {

    static final int MOST_ROWS = 512;
    static final int MOST_HOLDERS = 512;
    static final int MOST_TASKS = 96;

    private final List<SocketRow> sockets;
    private final List<SocketHolder> holders;
    private final List<TaskState> tasks;
    private final int omitted;

    private SampleChoice(List<SocketRow> sockets, List<SocketHolder> holders, List<TaskState> tasks, int omitted) {
        this.sockets = sockets;
        this.holders = holders;
        this.tasks = tasks;
        this.omitted = omitted;
    }

    /**
     * @param rows of one namespace
     * @param owners of these rows' sockets
     * @param threads of the whole node
     * @param urgent whether something seems to hang there: then threads of everybody matter that are in network code
     */
    static SampleChoice of(
            List<SocketRow> rows, List<SocketHolder> owners, List<TaskState> threads, boolean urgent, long netns) {
        Set<Integer> speakers = new HashSet<>();
        owners.forEach(owner -> speakers.add(owner.pid()));
        List<TaskState> relevant = new ArrayList<>();
        for (TaskState task : threads) {
            boolean there = task.netnsInode().orElse(0) == netns;
            if (speakers.contains(task.pid()) || (isOfInterest(task) && (urgent || there || task.state() == 'D'))) {
                relevant.add(task);
            }
        }
        List<SocketRow> someRows = first(rows, MOST_ROWS, Comparator.comparing(SampleChoice::isAtRest));
        List<SocketHolder> someHolders = first(owners, MOST_HOLDERS, Comparator.comparing(owner -> 0));
        List<TaskState> someTasks = first(relevant, MOST_TASKS, Comparator.comparing(SampleChoice::rank));
        return new SampleChoice(
                someRows,
                someHolders,
                someTasks,
                rows.size()
                        - someRows.size()
                        + owners.size()
                        - someHolders.size()
                        + relevant.size()
                        - someTasks.size());
    }

    private static <T> List<T> first(List<T> all, int most, Comparator<T> order) {
        return all.size() <= most ? all : all.stream().sorted(order).limit(most).toList();
    }

    private static boolean isAtRest(SocketRow row) {
        return !row.isKernel() && row.receiveBytes() == 0 && !row.isDumping() && row.drops() == 0;
    }

    private static int rank(TaskState task) {
        boolean ofInterest = isOfInterest(task);
        if (ofInterest) {
            return task.state() == 'D' ? 0 : 1;
        }
        return task.state() == 'D' ? 2 : 3;
    }

    private static boolean isOfInterest(TaskState task) {
        return KernelCode.isOfInterest(task.stack())
                || task.wchan().filter(KernelCode::isOfInterest).isPresent();
    }

    List<SocketRow> sockets() {
        return sockets;
    }

    List<SocketHolder> holders() {
        return holders;
    }

    List<TaskState> tasks() {
        return tasks;
    }

    /** What there was no room for. */
    int omitted() {
        return omitted;
    }
}
