// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.process;

import io.nltap.agent.frame.ProcessIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what proc(5) says of one process. The files of one process may be of two moments, and even of two processes. */
final class ProcessReading {

    private static final Pattern NAMESPACE = Pattern.compile("[a-z]+:\\[(\\d{1,18})]");
    private static final String INNER_IDS = "\nNStgid:";

    // Fields of /proc/PID/stat, counted from the one behind the name in parentheses.
    private static final int PARENT = 1;
    private static final int FLAGS = 6;
    private static final int START = 19;
    // #define PF_KTHREAD 0x00200000   linux/sched.h
    private static final long OF_KERNEL = 0x200000;

    /** Only users of many groups make a longer one. */
    private static final int USUAL_TEXT = 4096;

    private final Path proc;
    private final PodNames names;

    ProcessReading(Path proc, PodNames names) {
        this.proc = proc;
        this.names = names;
    }

    /** Empty when there is no such process any more. */
    Optional<ProcessIdentity> read(int pid) {
        Path process = proc.resolve(Integer.toString(pid));
        Stat before = stat(process);
        if (before == null) {
            return Optional.empty();
        }
        Optional<CgroupMembership> membership = CgroupMembership.parse(text(process.resolve("cgroup")));
        String status = text(process.resolve("status"));
        if (!status.isEmpty() && !status.contains("\nTgid:\t" + pid + "\n")) {
            return Optional.empty(); // a thread: /proc does not list it, but has it
        }
        int inner = innerPid(status, pid);
        long netns = namespace(process, "net");
        long pidNamespace = namespace(process, "pid");
        Stat after = stat(process);
        if (after == null || after.start() != before.start()) {
            return Optional.empty(); // it ended while we read, and what we have may be another one's
        }
        return Optional.of(new ProcessIdentity(
                pid,
                inner,
                after.parent(),
                after.start(),
                after.comm(),
                membership.map(names::of),
                netns,
                pidNamespace,
                (after.flags() & OF_KERNEL) != 0));
    }

    /**
     * The id that was given last in the PID namespace of this process: the last field of {@code /proc/loadavg}. Negative
     * when that cannot be read.
     */
    int lastPid() {
        String load = text(proc.resolve("loadavg")).strip();
        return load.isEmpty() ? -1 : (int) number(load.substring(load.lastIndexOf(' ') + 1));
    }

    /** When it started, in ticks; negative when there is no such process. */
    long startOf(int pid) {
        Stat stat = stat(proc.resolve(Integer.toString(pid)));
        return stat == null ? -1 : stat.start();
    }

    private record Stat(String comm, int parent, long flags, long start) {}

    private static @Nullable Stat stat(Path process) {
        String text = text(process.resolve("stat"));
        // The name may hold blanks and parentheses of its own.
        int open = text.indexOf('(');
        int close = text.lastIndexOf(')');
        if (open < 0 || close < open) {
            return null;
        }
        String[] fields = text.substring(close + 1).strip().split(" ", START + 2);
        if (fields.length <= START) {
            return null;
        }
        return new Stat(
                text.substring(open + 1, close),
                (int) number(fields[PARENT]),
                number(fields[FLAGS]),
                number(fields[START]));
    }

    private static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** The last of the ids, which begin with that in the namespace of this /proc. */
    private static int innerPid(String status, int pid) {
        int line = status.indexOf(INNER_IDS);
        if (line < 0) {
            return pid; // kernels before 4.1
        }
        int end = status.indexOf('\n', line + 1);
        String ids = status.substring(line + INNER_IDS.length(), end < 0 ? status.length() : end)
                .strip();
        return (int) number(ids.substring(ids.lastIndexOf('\t') + 1));
    }

    private static long namespace(Path process, String type) {
        try {
            Matcher matcher = NAMESPACE.matcher(
                    Files.readSymbolicLink(process.resolve("ns").resolve(type)).toString());
            return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /**
     * Of a file that the kernel writes in one go, as its single_open() files are (fs/seq_file.c), so that what fits is all there
     * is. Empty for a process that has gone: ENOENT before the open, ESRCH after it.
     */
    private static String text(Path file) {
        try (InputStream open = Files.newInputStream(file)) {
            byte[] bytes = new byte[USUAL_TEXT];
            int length = Math.max(0, open.read(bytes));
            byte[] rest = length == bytes.length ? open.readAllBytes() : new byte[0];
            return new String(bytes, 0, length, StandardCharsets.ISO_8859_1)
                    + new String(rest, StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}
