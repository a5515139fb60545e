// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.process;

import io.nltap.agent.metrics.AgentCounters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What it costs to know the processes of a full node. To be run by hand as root, on a machine of its own:
 *
 * <pre>
 *   java -cp … io.nltap.agent.process.ProcessIndexBenchmark [processes] [pods]
 * </pre>
 *
 * Starts the processes, puts them evenly into cgroups named as those of pods, and prints the milliseconds of one thread that
 * looks at all of them take: the first reads everything of each process, later ones what may have changed.
 */
final class ProcessIndexBenchmark {
    private static final Path PROC = Path.of("/proc");
    private static final Path UNIFIED = Path.of("/sys/fs/cgroup/unified");
    private static final Path CGROUPS = Files.exists(UNIFIED) ? UNIFIED : Path.of("/sys/fs/cgroup");
    private static final int ROUNDS = 10;
    private static final long SECOND = 1_000_000_000L;
    private static final long SECONDS_UNTIL_SETTLED = 10;

    private ProcessIndexBenchmark() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int processes = args.length > 0 ? Integer.parseInt(args[0]) : 5000;
        int pods = args.length > 1 ? Integer.parseInt(args[1]) : 110;
        List<Process> started = new ArrayList<>();
        List<Path> cgroups = new ArrayList<>();
        try {
            fill(processes, pods, started, cgroups);
            measure();
        } finally {
            Files.writeString(cgroups.get(0).resolve("cgroup.kill"), "1");
            for (Process process : started) {
                process.waitFor();
            }
            for (int last = cgroups.size() - 1; last >= 0; last--) {
                while (Files.readString(cgroups.get(last).resolve("cgroup.events"))
                        .contains("populated 1")) {
                    Thread.sleep(10);
                }
                Files.delete(cgroups.get(last));
            }
        }
    }

    private static void fill(int processes, int pods, List<Process> started, List<Path> cgroups)
            throws IOException, InterruptedException {
        Path slice = CGROUPS.resolve("nltap-benchmark");
        cgroups.add(Files.createDirectory(slice));
        for (int pod = 0; pod < pods; pod++) {
            Path directory = Files.createDirectory(slice.resolve("pod00000000-0000-0000-0000-%012d".formatted(pod)));
            cgroups.add(directory);
            Path container = Files.createDirectory(directory.resolve("%064x".formatted(pod)));
            cgroups.add(container);
            int part = processes / pods + (pod < processes % pods ? 1 : 0);
            // One shell for each container, so that making them does not take longer than the measurement.
            String script = "echo $$ >%s/cgroup.procs; for i in $(seq %d); do sleep 100000 & done; wait"
                    .formatted(container, part - 1);
            started.add(new ProcessBuilder("setsid", "sh", "-c", script).start());
        }
        while (count() < processes) {
            Thread.sleep(100);
        }
    }

    private static long count() throws IOException {
        try (var entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
            long count = 0;
            for (Path entry : entries) {
                count += entry.toString().isEmpty() ? 0 : 1;
            }
            return count;
        }
    }

    private static void measure() throws IOException {
        AtomicLong clock = new AtomicLong(System.nanoTime() + SECONDS_UNTIL_SETTLED * SECOND);
        ProcessIndex index = new ProcessIndex(PROC, new PodNames(), 0, clock::get);
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            new ProcessTable(PROC, 0, clock::get, new AgentCounters()).snapshot();
            long scanned = System.nanoTime();
            index.refresh();
            int found = index.all().size();
            long indexed = System.nanoTime();
            clock.addAndGet(SECOND);
            System.out.printf(
                    "look %d: %d processes, cgroups alone %.1f ms, identities %.1f ms%n",
                    round + 1, found, (scanned - start) / 1e6, (indexed - scanned) / 1e6);
        }
        Path some = CGROUPS.resolve("nltap-benchmark");
        long inode = ((Number) Files.getAttribute(some, "unix:ino")).longValue();
        long start = System.nanoTime();
        index.place(inode);
        System.out.printf("walk of all cgroups for a new number %.1f ms%n", (System.nanoTime() - start) / 1e6);
    }
}
