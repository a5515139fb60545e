// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import io.nltap.agent.frame.ProcessIdentity;
import io.nltap.netlink.evidence.TaskState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the threads of the node are doing: those of processes with netlink sockets at each look, the others a few at a time,
 * or, when something seems to hang, as many as time allows. Used by one thread.
 */
final class Threads {

    private static final int MOST_OF_ONE = 32;
    private static final int MOST_PASSED_OVER = 256;
    private static final int MOST_KNOWN = 256;
    private static final int IDLE_SWEEP = 8;

    // Fields of /proc/PID/stat, counted from 1
    private static final int STATE = 3;
    private static final int NUM_THREADS = 20;

    private final ProcFiles files;
    private final ThreadReading reading;

    /** Those that were of interest when they were looked at last, by thread id. */
    private final Map<Integer, TaskState> known = new LinkedHashMap<>();

    /** Those for which there was no time: what they do now is not known. */
    private final Map<Integer, TaskState> later = new LinkedHashMap<>();

    private List<Integer> sweep = List.of();
    private int next;
    private int omitted;
    private int turn;

    /** Whether there was no time for the others at the last look, one of whom may hold what the speakers wait for. */
    private boolean othersFirst;

    Threads(ProcFiles files, ThreadReading reading) {
        this.files = files;
        this.reading = reading;
    }

    /**
     * @param speakers processes that hold netlink sockets
     * @param suspects processes that may use one that they hold no more
     * @param urgent whether something seems to hang
     */
    void look(
            Map<Integer, ProcessIdentity> processes,
            Set<Integer> speakers,
            Set<Integer> suspects,
            boolean urgent,
            CpuAllowance allowance) {
        Map<Integer, TaskState> before = new LinkedHashMap<>(later);
        before.putAll(known);
        known.clear();
        later.clear();
        omitted = 0;
        for (TaskState task : before.values()) {
            ProcessIdentity process = processes.get(task.pid());
            if (process != null && !allowance.isLeft()) {
                keepForLater(task);
            } else if (process != null && !speakers.contains(task.pid())) {
                reading.read(process, task.tid()).filter(this::isOfInterest).ifPresent(this::keep);
            }
        }
        if (othersFirst) {
            sweep(processes, speakers, urgent, allowance);
        }
        for (int pid : inTurn(speakers)) {
            ProcessIdentity process = processes.get(pid);
            if (process != null && allowance.isLeft()) {
                readAll(process, urgent);
            } else if (process != null) {
                before.values().stream().filter(task -> task.pid() == pid).forEach(this::keepForLater);
            }
        }
        for (int pid : suspects) {
            ProcessIdentity process = processes.get(pid);
            if (process != null && !speakers.contains(pid) && allowance.isLeft()) {
                look(process, true);
            }
        }
        if (othersFirst) {
            othersFirst = false;
        } else {
            othersFirst = sweep(processes, speakers, urgent, allowance) == 0;
        }
    }

    /** Where time is short, each time others come first. */
    private List<Integer> inTurn(Set<Integer> speakers) {
        List<Integer> all = new ArrayList<>(speakers);
        Collections.rotate(all, -(turn % Math.max(1, all.size())));
        turn = (turn + 7) % 1_000_000;
        return all;
    }

    private void readAll(ProcessIdentity process, boolean urgent) {
        List<TaskState> read = new ArrayList<>();
        int[] passedOver = {0};
        files.list(files.process(process.pid()).resolve("task"), tid -> {
            if (read.isEmpty() || urgent || !reading.isResting(process.pid(), tid)) {
                reading.read(process, tid).ifPresent(read::add);
            } else {
                passedOver[0]++;
            }
            return read.size() < MOST_OF_ONE && passedOver[0] < MOST_PASSED_OVER;
        });
        boolean first = true;
        for (TaskState task : read) {
            // One thread at least says what its process does while its sockets are left alone.
            if (first || urgent || isOfInterest(task) || task.fdInode().isPresent()) {
                keep(task);
            }
            first = false;
        }
    }

    /** @return how many processes were gone through */
    private int sweep(
            Map<Integer, ProcessIdentity> processes, Set<Integer> speakers, boolean urgent, CpuAllowance allowance) {
        if (next >= sweep.size()) {
            sweep = List.copyOf(processes.keySet());
            next = 0;
        }
        int begun = next;
        while (next < sweep.size() && (urgent || next - begun < IDLE_SWEEP) && allowance.isLeft()) {
            int pid = sweep.get(next++);
            ProcessIdentity process = processes.get(pid);
            if (process != null && !speakers.contains(pid)) {
                look(process, urgent);
            }
        }
        return next - begun;
    }

    private void look(ProcessIdentity process, boolean urgent) {
        String stat = files.text(files.process(process.pid()).resolve("stat"));
        if (hasOneThread(stat)) { // as most have, and all of the kernel's: nothing to be listed
            look(process, process.pid(), urgent || isInUninterruptibleSleep(stat));
            return;
        }
        int[] read = {0};
        files.list(files.process(process.pid()).resolve("task"), tid -> {
            Path threadStat = files.thread(process.pid(), tid).resolve("stat");
            look(process, tid, urgent || isInUninterruptibleSleep(files.text(threadStat)));
            return ++read[0] < MOST_OF_ONE;
        });
    }

    private void look(ProcessIdentity process, int tid, boolean closely) {
        if (closely) {
            reading.read(process, tid).filter(this::isOfInterest).ifPresent(this::keep);
        }
    }

    // pid (comm) state ppid … num_threads   proc_pid_stat(5)
    private static boolean hasOneThread(String stat) {
        int at = stat.lastIndexOf(')') + 2;
        for (int field = STATE; field < NUM_THREADS && at > 0; field++) {
            at = stat.indexOf(' ', at) + 1;
        }
        return at > 0 && stat.startsWith("1 ", at);
    }

    private static boolean isInUninterruptibleSleep(String stat) {
        int close = stat.lastIndexOf(')');
        return close >= 0 && stat.startsWith(" D", close + 1);
    }

    private boolean isOfInterest(TaskState task) {
        return KernelCode.isOfInterest(task.stack())
                || task.wchan().filter(KernelCode::isOfInterest).isPresent();
    }

    private void keep(TaskState task) {
        if (known.size() < MOST_KNOWN) {
            known.put(task.tid(), task);
        } else {
            omitted++;
        }
    }

    private void keepForLater(TaskState task) {
        omitted++;
        if (later.size() < MOST_KNOWN) {
            later.put(task.tid(), task);
        }
    }

    /** Of the last look. */
    List<TaskState> all() {
        return List.copyOf(known.values());
    }

    /** Threads for which there was no room or no time. */
    int omitted() {
        return omitted;
    }

    /** Whether one sleeps where only the kernel can wake it, in code that has to do with the network. */
    Optional<TaskState> stuck() {
        return known.values().stream()
                .filter(task -> task.state() == 'D' && isOfInterest(task))
                .findFirst();
    }
}
