// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import io.nltap.agent.frame.ContainerName;
import io.nltap.agent.frame.ProcessIdentity;
import io.nltap.netlink.evidence.TaskState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Reads what a thread is doing, from {@code /proc/PID/task/TID} (proc(5)). The files of one thread are read one after the
 * other, so that they may be of different moments: of a thread that waits they say the same.
 */
final class ThreadReading {

    private static final int MOST_FUNCTIONS = 48;
    private static final int ARGUMENTS = 6;
    private static final String[] NO_CALL = {""};

    /** How a thread gives up the processor; most kernels leave that out by themselves. */
    private static final Set<String> SCHEDULER = Set.of(
            "__switch_to",
            "__schedule",
            "schedule",
            "schedule_timeout",
            "schedule_timeout_uninterruptible",
            "schedule_preempt_disabled",
            "io_schedule");

    private final ProcFiles files;
    private final SocketCalls socketCalls;
    private final LongSupplier epochNanos;

    /** Whether the kernel tells of any thread which system call it is in: User Mode Linux does not. */
    private final boolean tellsCalls;

    /** @param epochNanos the clock that stamps the packets */
    ThreadReading(ProcFiles files, SocketCalls socketCalls, LongSupplier epochNanos) {
        this.files = files;
        this.socketCalls = socketCalls;
        this.epochNanos = epochNanos;
        this.tellsCalls = files.tellsCalls();
    }

    /**
     * Whether a thread is in a call that is about no one socket, as most are: reads one file. Where the kernel does not tell
     * the call, whether it waits for another thread.
     */
    boolean isResting(int pid, int tid) {
        Path thread = files.thread(pid, tid);
        if (!tellsCalls) {
            List<String> stack = stack(files.text(thread.resolve("stack")));
            return stack.stream().anyMatch(function -> function.contains("futex")) && !KernelCode.isOfInterest(stack);
        }
        OptionalInt number = number(call(thread));
        return number.isPresent() && socketCalls.isWait(number.getAsInt());
    }

    private String[] call(Path thread) {
        return tellsCalls ? files.text(thread.resolve("syscall")).strip().split(" ") : NO_CALL;
    }

    /** Empty when it has ended. */
    Optional<TaskState> read(ProcessIdentity process, int tid) {
        Path thread = files.thread(process.pid(), tid);
        String stat = files.text(thread.resolve("stat"));
        // The name may hold blanks and parentheses of its own.
        int open = stat.indexOf('(');
        int close = stat.lastIndexOf(')');
        if (open < 0 || close < open || close + 2 >= stat.length()) {
            return Optional.empty();
        }
        String[] call = call(thread);
        OptionalInt number = number(call);
        List<Long> arguments = number.isPresent() ? arguments(call) : List.of();
        OptionalLong inode = OptionalLong.empty();
        if (number.isPresent() && socketCalls.include(number.getAsInt()) && !arguments.isEmpty()) {
            inode = files.inode(thread.resolve("fd").resolve(Long.toString(arguments.get(0) & 0xFFFF_FFFFL)));
        }
        Optional<String> wchan = wchan(files.text(thread.resolve("wchan")));
        List<String> stack = stack(files.text(thread.resolve("stack")));
        return Optional.of(new TaskState(
                process.pid(),
                tid,
                epochNanos.getAsLong(), // not before it was seen: a wait that has just begun is told from then on
                stat.substring(open + 1, close),
                files.inode(thread.resolve("ns/net")),
                stat.charAt(close + 2),
                number,
                arguments,
                inode,
                wchan,
                stack,
                process.container().flatMap(ContainerName::pod),
                process.container().flatMap(ThreadReading::name)));
    }

    private static Optional<String> name(ContainerName container) {
        return container
                .container()
                .or(() -> container.containerId().map(id -> id.substring(0, Math.min(12, id.length()))));
    }

    // "running", "-1 0x7ffe… 0x7f31…" outside of a call, or number, six arguments, stack and program counter
    private static OptionalInt number(String[] call) {
        try {
            int number = Integer.parseInt(call[0]);
            return number < 0 ? OptionalInt.empty() : OptionalInt.of(number);
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    private static List<Long> arguments(String[] call) {
        List<Long> arguments = new ArrayList<>(ARGUMENTS);
        for (int i = 1; i <= ARGUMENTS && i < call.length; i++) {
            try {
                arguments.add(Long.parseUnsignedLong(call[i], 2, call[i].length(), 16));
            } catch (NumberFormatException | IndexOutOfBoundsException e) {
                return arguments;
            }
        }
        return arguments;
    }

    private static Optional<String> wchan(String text) {
        String function = text.strip();
        return function.isEmpty() || function.equals("0") ? Optional.empty() : Optional.of(function);
    }

    /** Of {@code [<0>] rtnl_lock+0x15/0x20 [module]} a line, the names. */
    static List<String> stack(String text) {
        List<String> functions = new ArrayList<>();
        for (String line : text.split("\n", MOST_FUNCTIONS + 1)) {
            int start = line.indexOf("] ");
            if (start < 0 || functions.size() == MOST_FUNCTIONS) {
                continue;
            }
            String place = line.substring(start + 2).strip();
            int end = place.indexOf('+');
            String function = end < 0 ? place : place.substring(0, end);
            boolean why = !functions.isEmpty() || !SCHEDULER.contains(function);
            if (why && !function.isEmpty() && !function.startsWith("0x")) {
                functions.add(function);
            }
        }
        return functions;
    }
}
