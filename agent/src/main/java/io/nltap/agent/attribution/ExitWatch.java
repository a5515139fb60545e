// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.NodeProcesses;
import io.nltap.agent.frame.NodeProcesses.Place;
import io.nltap.agent.frame.ProcessIdentity;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.NetNs;
import io.nltap.agent.linux.Poller;
import io.nltap.agent.linux.TaskExit;
import io.nltap.agent.linux.TaskExits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of every process that ends, and looks at it once more while /proc still shows it: between the report and the end
 * lies what the kernel has to tidy up, and after it the process is a zombie until its parent takes note. These looks take a
 * twentieth of one CPU at most.
 */
final class ExitWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExitWatch.class);
    private static final Path CPUS = Path.of("/sys/devices/system/cpu/possible");
    private static final Duration UNTIL_WOKEN = Duration.ofDays(1);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long REST_FACTOR = 20;
    private static final Duration SAVED_AT_MOST = Duration.ofMillis(100);

    private final TaskExits exits;
    private final Poller poller;
    private final ProcessTicks ticks;
    private final NodeProcesses processes;
    private final EndedProcesses ended;
    private final Owners owners;
    private final LongSupplier nanoTime;
    private final long firstPidNamespace;
    private final boolean cgroupsOfVersion2;
    private final SavedTime looks;
    private final Thread thread;

    private volatile boolean closed;

    private ExitWatch(
            TaskExits exits,
            Poller poller,
            NodeProcesses processes,
            EndedProcesses ended,
            Owners owners,
            ProcessTicks ticks,
            LongSupplier nanoTime,
            boolean cgroupsOfVersion2) {
        this.cgroupsOfVersion2 = cgroupsOfVersion2;
        this.exits = exits;
        this.poller = poller;
        this.ticks = ticks;
        this.processes = processes;
        this.ended = ended;
        this.owners = owners;
        this.nanoTime = nanoTime;
        this.looks = new SavedTime(REST_FACTOR, SAVED_AT_MOST, nanoTime, SavedTime.OF_THIS_THREAD);
        this.firstPidNamespace =
                processes.find(1).map(ProcessIdentity::pidNamespace).orElse(0L);
        this.thread = new Thread(this::run, "authors-exits");
        this.thread.setDaemon(true);
    }

    /**
     * @param proc the node's
     * @throws IOException when the kernel does not report, says why
     */
    static ExitWatch start(
            Path proc,
            NodeProcesses processes,
            EndedProcesses ended,
            Owners owners,
            ProcessTicks ticks,
            LongSupplier nanoTime)
            throws IOException, InterruptedException {
        String cpus = Files.readString(CPUS).strip();
        TaskExits exits;
        try (NetNs first = NetNs.open(proc, 1)) {
            exits = first.visit(() -> TaskExits.open(cpus));
        }
        try {
            Poller poller = Poller.open();
            poller.add(exits.descriptor());
            ExitWatch watch =
                    new ExitWatch(exits, poller, processes, ended, owners, ticks, nanoTime, hasCgroupsOfVersion2(proc));
            watch.thread.start();
            return watch;
        } catch (IOException e) {
            exits.close();
            throw e;
        }
    }

    /** And no others: {@code 0::/path} is the only line then (cgroups(7)). */
    private static boolean hasCgroupsOfVersion2(Path proc) throws IOException {
        return Files.readAllLines(proc.resolve("self/cgroup")).stream().allMatch(line -> line.startsWith("0::"));
    }

    /** Of the reports: they come by generic netlink, and so are on the tap of the first network namespace. */
    int family() {
        return exits.family();
    }

    private void run() {
        try {
            while (!closed) {
                poller.await(UNTIL_WOKEN);
                catchUp();
            }
        } catch (KernelException e) {
            LOG.atWarn().setCause(e).log("reports of ended processes ended");
        } finally {
            shut();
        }
    }

    /** Takes in all that the kernel has reported until now. Any thread. */
    synchronized void catchUp() {
        try {
            TaskExits.Reading reading = closed ? TaskExits.Reading.NOTHING : exits.read(this::end);
            while (reading != TaskExits.Reading.NOTHING) {
                if (reading == TaskExits.Reading.LOST) {
                    ended.missed(nanoTime.getAsLong());
                }
                reading = exits.read(this::end);
            }
        } catch (KernelException e) {
            ended.missed(nanoTime.getAsLong());
            LOG.atDebug().setCause(e).log("report of ended processes not read");
        }
    }

    private synchronized void shut() {
        closed = true;
        exits.close();
        poller.close();
    }

    private void end(TaskExit exit) {
        long now = nanoTime.getAsLong();
        Optional<ProcessIdentity> last = look(exit.pid());
        Optional<ProcessIdentity> parent = last.isPresent() ? Optional.empty() : parent(exit.parent());
        Optional<ProcessIdentity> near = last.or(() -> parent);
        long pidNamespace = near.map(ProcessIdentity::pidNamespace).orElse(0L);
        boolean nested = pidNamespace == 0
                ? last.isPresent() && last.get().innerPid() != exit.pid()
                : pidNamespace != firstPidNamespace;
        // The report may have waited for us; the start is known to a hundredth of a second, the lifetime exactly.
        long end = last.map(it -> ticks.latestStartNanos(it) + exit.lifetimeNanos())
                .filter(computed -> computed - now < 0)
                .orElse(now);
        EndedProcess process = new EndedProcess(
                exit.pid(),
                exit.parent(),
                exit.comm(),
                end - exit.lifetimeNanos(),
                end,
                last.flatMap(this::place).or(() -> parent.flatMap(ExitWatch::ofContainer)),
                last.map(ProcessIdentity::innerPid).orElse(nested ? 0 : exit.pid()),
                nested,
                last.map(ProcessIdentity::netns).orElse(0L));
        ended.add(process);
        owners.end(process);
    }

    /** Where it ran. One that is about to end is shown in no cgroup of version 1 any more. */
    private Optional<Place> place(ProcessIdentity process) {
        return process.container().isPresent() || cgroupsOfVersion2
                ? Optional.of(new Place(process.container()))
                : Optional.empty();
    }

    /**
     * Children of a container's process are in that container. Those of other processes may have been put into one, as
     * container runtimes do.
     */
    private static Optional<Place> ofContainer(ProcessIdentity parent) {
        return parent.container().map(container -> new Place(Optional.of(container)));
    }

    private Optional<ProcessIdentity> look(int pid) {
        return looks.isLeft() ? looks.spend(() -> processes.find(pid)) : Optional.empty();
    }

    private Optional<ProcessIdentity> parent(int pid) {
        return pid <= 1 ? Optional.empty() : processes.find(pid);
    }

    @Override
    public void close() {
        closed = true;
        poller.wake();
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
