// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.witness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs as processes of a container, watched by strace, which is not in it. */
public final class TracedContainer {
    private static final Duration PATIENCE = Slowness.allow(Duration.ofSeconds(240));

    private final List<String> entering;
    private final Path cgroup;
    private final Path directory;
    private int runs;

    /**
     * @param entering command line that enters the container's namespaces and runs what follows it
     * @param cgroup of the container
     * @param directory of its own, for logs
     */
    public TracedContainer(List<String> entering, Path cgroup, Path directory) {
        this.entering = entering;
        this.cgroup = cgroup;
        this.directory = directory;
    }

    /** Of the container whose process that is: the cgroup where it is by now, and its network namespace. */
    public static TracedContainer of(long pid, Path directory) throws IOException {
        return new TracedContainer(
                List.of("nsenter", "--net", "--target", Long.toString(pid), "--"), cgroup(pid), directory);
    }

    /** What runs beside containers, where this test does. */
    public static TracedContainer none(Path directory) throws IOException {
        return new TracedContainer(List.of(), cgroup(ProcessHandle.current().pid()), directory);
    }

    /** 0::/kubepods/… in the hierarchy that is mounted at the usual place. */
    private static Path cgroup(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/cgroup")).stream()
                .filter(line -> line.startsWith("0::"))
                .map(line -> Path.of("/sys/fs/cgroup" + line.substring(3)))
                .findFirst()
                .orElseThrow(() -> new IOException("process " + pid + " is in no cgroup of version 2"));
    }

    /** Runs a bash script and gives back what its processes said and heard; fails when it does. */
    public List<Witnessed> run(String script) throws IOException, InterruptedException {
        return start("bash", "-c", script).await();
    }

    /** To be awaited. */
    public Run start(String... program) throws IOException {
        Path logs = Files.createDirectories(directory.resolve("strace-" + ++runs));
        Path output = logs.resolve("output");
        List<String> command = new ArrayList<>(StraceLog.command(logs));
        // The cgroup first: a process of the container is never seen in its namespaces from outside of it.
        command.addAll(List.of("bash", "-c", "echo $$ >\"$0/cgroup.procs\" && exec \"$@\"", cgroup.toString()));
        command.addAll(entering);
        command.addAll(List.of(program));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        return new Run(process, logs, output);
    }

    /** A program that was started. */
    public record Run(Process process, Path logs, Path output) {

        public List<Witnessed> await() throws IOException, InterruptedException {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("not done after %s: %s".formatted(PATIENCE, said()));
            }
            if (process.exitValue() != 0) {
                throw new AssertionError("ended with %d: %s".formatted(process.exitValue(), said()));
            }
            return StraceLog.read(logs);
        }

        public String said() throws IOException {
            return Files.readString(output, StandardCharsets.ISO_8859_1);
        }
    }
}
