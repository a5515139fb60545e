// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.frame.ProcessIdentity;
import io.nltap.netlink.evidence.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThreadsTest {
    private static final int HOLDER = 900;
    private static final int SPEAKERS = 50;

    @TempDir
    Path proc;

    private final Map<Integer, ProcessIdentity> processes = new LinkedHashMap<>();
    private final Set<Integer> speakers = new LinkedHashSet<>();
    private Threads threads;
    private long now = TimeUnit.SECONDS.toNanos(1000);
    private long cpu;
    private int reads;

    @BeforeEach
    void makeNode() throws IOException {
        for (int pid = 100; pid < 100 + SPEAKERS; pid++) {
            process(pid, "rtnl_lock");
            speakers.add(pid);
        }
        Files.createFile(Files.createDirectories(proc.resolve("self")).resolve("syscall"));
        start();
    }

    private void start() {
        ProcFiles files = new ProcFiles(proc);
        threads = new Threads(files, new ThreadReading(files, SocketCalls.of("amd64"), () -> ++reads));
    }

    @Test
    void findsWhoIsNoSpeakerThoughSpeakersTakeAllTheTimeThereIs() throws IOException {
        // A look takes more of the processor than is earned between two.
        CpuAllowance allowance = new CpuAllowance(() -> now, () -> cpu += TimeUnit.MILLISECONDS.toNanos(3));
        look(allowance, 20); // uses up what was saved
        process(HOLDER, "dev_ioctl");

        look(allowance, 80);

        assertThat(threads.all()).extracting(TaskState::pid).contains(HOLDER);
    }

    /** Most threads of most processes: to read all of them once a second would be most of what a look takes. */
    @Test
    void passesOverFurtherThreadsThatWaitForOneAnotherUnlessSomethingHangs() throws IOException {
        int many = 800;
        process(many, "netlink_recvmsg");
        for (int tid = many + 1; tid <= many + 8; tid++) {
            thread(many, tid, "netlink_recvmsg", "202 0x7f00 0x80 0x0 0x0 0x0 0x0 0x7ffe 0x7f31");
        }

        // One of them is looked at whatever it does: whichever comes first.
        assertThat(threadsOf(many, false)).contains(many).hasSizeLessThanOrEqualTo(2);
        assertThat(threadsOf(many, true)).hasSize(9);
    }

    /** As of User Mode Linux, whose stacks also hold what was called before. */
    @Test
    void passesOverThreadsThatWaitForOneAnotherWhereTheKernelDoesNotTellTheirCalls() throws IOException {
        Files.delete(proc.resolve("self/syscall"));
        start();
        processes.clear();
        int many = 800;
        process(many, "um_set_signals");
        thread(many, many + 1, "futex_wait_setup", "");
        thread(many, many + 2, "get_futex_key", "");
        Path waits = thread(many, many + 3, "get_futex_key", "");
        Files.writeString(waits.resolve("stack"), "[<0>] netlink_recvmsg+0x1/0x2\n", StandardOpenOption.APPEND);

        assertThat(threadsOf(many, false)).contains(many + 3);
        assertThat(reads).isLessThanOrEqualTo(2);
        assertThat(threadsOf(many, true)).hasSize(4);
    }

    private List<Integer> threadsOf(int pid, boolean urgent) {
        CpuAllowance allowance = new CpuAllowance(() -> now, () -> 0);
        allowance.rested(urgent);
        allowance.begin(Duration.ofDays(1));
        threads.look(processes, Set.of(pid), Set.of(), urgent, allowance);
        return threads.all().stream()
                .filter(task -> task.pid() == pid)
                .map(TaskState::tid)
                .toList();
    }

    private void look(CpuAllowance allowance, int times) {
        for (int look = 0; look < times && !isSeen(HOLDER); look++) {
            now += TimeUnit.SECONDS.toNanos(1);
            allowance.rested(true);
            allowance.begin(Duration.ofDays(1));
            threads.look(processes, speakers, Set.of(), true, allowance);
        }
    }

    private boolean isSeen(int pid) {
        return threads.all().stream().anyMatch(task -> task.pid() == pid);
    }

    private void process(int pid, String where) throws IOException {
        processes.put(pid, new ProcessIdentity(pid, pid, 1, 1, "client", Optional.empty(), 1, 1, false));
        thread(pid, pid, where, "46 0x3 0x7f00 0x0 0x0 0x0 0x0 0x7ffe 0x7f31");
        Files.writeString(proc.resolve(Integer.toString(pid)).resolve("stat"), stat(pid));
    }

    private Path thread(int pid, int tid, String where, String call) throws IOException {
        Path thread = Files.createDirectories(
                proc.resolve(Integer.toString(pid)).resolve("task").resolve(Integer.toString(tid)));
        Files.writeString(thread.resolve("stat"), stat(tid));
        Files.writeString(thread.resolve("syscall"), call);
        Files.writeString(thread.resolve("stack"), "[<0>] " + where + "+0x1/0x2\n");
        return thread;
    }

    private static String stat(int tid) {
        return tid + " (client) D 1 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 100";
    }
}
