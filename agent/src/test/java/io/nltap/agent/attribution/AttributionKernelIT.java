// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nltap.agent.attribution.AttributedTap.Seen;
import io.nltap.agent.frame.Attribution;
import io.nltap.agent.frame.Attribution.Role;
import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.Confidence;
import io.nltap.agent.frame.ContainerName;
import io.nltap.agent.linux.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Real programs in a namespace of the test's own, and the kernel that runs here: from 6.10 on it names the processes, before
 * that it does not. What must hold for both is the same, but for how sure it is.
 */
@Timeout(300)
class AttributionKernelIT {
    private static final Logger LOG = LoggerFactory.getLogger(AttributionKernelIT.class);
    private static final String UID = "0f1de3c8-9a42-4b0e-8f0b-5f7f3f2f9b11";
    private static final String FIRST = "0a".repeat(32);
    private static final String SECOND = "0b".repeat(32);
    private static final int ROUTE = 0;
    private static final int LINK = 1;
    private static final int NEIGH = 3;

    /** Port ids from here on are random: the kernel gives them to a process' second socket of a protocol. */
    private static final long RANDOM = 1L << 31;

    @TempDir
    Path directory;

    @Test
    void namesCommandsThatEndAtOnce() throws Exception {
        Verdict verdict = new Verdict();
        try (AttributedTap tap = AttributedTap.open(directory)) {
            verdict.learn(tap.run(
                    "sh", "-c", "for i in $(seq 200); do ip link show dev q$i 2>/dev/null & echo q$i $!; wait; done"));
            verdict.judge(tap.finish());
        }

        LOG.atInfo().addKeyValue("verdict", verdict).log("200 commands, one after the other");
        assertThat(verdict.truth).hasSize(200);
        assertThat(verdict.wrong).isEmpty();
        // Where processes are not named, a machine that others keep busy has no time for lookups: then nobody is named.
        assertThat(verdict.right).isGreaterThanOrEqualTo(verdict.isNamed() ? verdict.all : verdict.all * 9 / 10);
    }

    @Test
    void namesNobodyRatherThanSomebodyElse() throws Exception {
        Verdict verdict = new Verdict();
        try (AttributedTap tap = AttributedTap.open(directory)) {
            verdict.learn(tap.run(
                    "sh",
                    "-c",
                    "for i in $(seq 25); do for j in 1 2 3 4; do ip link show dev q$i.$j 2>/dev/null & echo q$i.$j $!;"
                            + " done; wait; done"));
            verdict.judge(tap.finish());
        }

        LOG.atInfo().addKeyValue("verdict", verdict).log("100 commands, four at a time");
        assertThat(verdict.truth).hasSize(100);
        assertThat(verdict.wrong).isEmpty();
        assertThat(verdict.right).isGreaterThanOrEqualTo(verdict.isNamed() ? verdict.all : 1);
    }

    @Test
    void tellsContainersApartInOneNetworkNamespace() throws Exception {
        List<Seen> frames;
        try (Pods pods = new Pods();
                AttributedTap tap = AttributedTap.open(directory)) {
            tap.names().learn(UID, "shop/web-0", Map.of(FIRST, "web", SECOND, "log"));
            // Each has its own PID namespace, in which its shell is process 1 and its commands have the same numbers.
            Process one = pods.run(tap.space(), FIRST, "ip link show dev q1; ip link show dev q1; read x");
            Process two = pods.run(tap.space(), SECOND, "ip link show dev q2; ip link show dev q2; read x");
            await("both have asked").until(() -> tap.count("q1") >= 4 && tap.count("q2") >= 4);
            frames = tap.finish();
            one.destroyForcibly().waitFor();
            two.destroyForcibly().waitFor();
        }

        Map<String, Set<String>> containers = frames.stream()
                .filter(frame ->
                        frame.name().startsWith("q") && frame.attribution().author() instanceof Author.Process)
                .collect(Collectors.groupingBy(
                        Seen::name,
                        Collectors.mapping(
                                frame -> frame.attribution()
                                        .author()
                                        .container()
                                        .flatMap(ContainerName::container)
                                        .orElse("none"),
                                Collectors.toSet())));
        LOG.atInfo().addKeyValue("containers", containers).log("two containers that count their processes alike");
        if (frames.stream()
                .anyMatch(frame -> frame.attribution().confidence() == Confidence.EXACT
                        && frame.attribution().role() == Role.SENT)) {
            assertThat(containers).isEqualTo(Map.of("q1", Set.of("web"), "q2", Set.of("log")));
        } else {
            assertThat(containers.getOrDefault("q1", Set.of())).isSubsetOf("web");
            assertThat(containers.getOrDefault("q2", Set.of())).isSubsetOf("log");
        }
    }

    @Test
    void leavesToTheKernelWhatATimerDoesWhileSomebodyElseRuns() throws Exception {
        List<Seen> frames;
        try (AttributedTap tap = AttributedTap.open(directory)) {
            tap.run("ip", "link", "add", "v0", "type", "dummy");
            tap.run("ip", "addr", "add", "192.0.2.1/24", "dev", "v0");
            tap.run("ip", "link", "set", "v0", "up", "arp", "on");
            Process listener = new ProcessBuilder(
                            "nsenter",
                            "--net",
                            "--target",
                            String.valueOf(tap.space().pid()),
                            "ip",
                            "monitor",
                            "neigh")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Process burner = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
            await("it listens")
                    .until(() -> !tap.authors().listeners().of(ROUTE, NEIGH).isEmpty());
            assertThat(tap.authors().listeners().of(ROUTE, NEIGH))
                    .extracting(Author.Process::pid)
                    .containsExactly((int) listener.pid());
            // Nobody answers, so a timer makes it fail.
            tap.run("bash", "-c", "echo >/dev/udp/192.0.2.77/9");
            await("a timer has told").until(() -> tap.groups(NEIGH) > 0);
            burner.destroyForcibly().waitFor();
            listener.destroyForcibly().waitFor();
            frames = tap.finish();
        }

        assertThat(frames.stream().filter(frame -> frame.group() == NEIGH))
                .isNotEmpty()
                .allSatisfy(frame -> assertThat(frame.attribution().author()).isEqualTo(Author.KERNEL));
    }

    @Test
    void neverTakesItselfForSomebodyElse() throws Exception {
        List<Seen> frames;
        int own = (int) ProcessHandle.current().pid();
        try (AttributedTap tap = AttributedTap.open(directory)) {
            tap.lookAtLinks();
            tap.run("ip", "link", "show");
            frames = tap.finish();
        }

        assertThat(frames).extracting(frame -> frame.attribution().author()).contains(Author.OWN);
        assertThat(frames)
                .noneMatch(frame ->
                        frame.attribution().author() instanceof Author.Process process && process.pid() == own);
        assertThat(frames.stream().filter(frame -> frame.attribution().author() == Author.OWN))
                .allMatch(frame -> frame.socket() >= (1L << 32) - 4096);
    }

    /** Compares with what the shell said: each command asks for another name, and a first socket's port id is its pid. */
    private static final class Verdict {
        private final Map<String, Integer> truth = new HashMap<>();
        private final List<String> wrong = new ArrayList<>();
        private final Map<String, Integer> counts = new HashMap<>();
        private int all;
        private int right;
        private boolean named;

        void learn(String output) {
            for (String line : output.lines().toList()) {
                String[] words = line.split(" ");
                truth.put(words[0], Integer.parseInt(words[1]));
            }
        }

        /** Whether the kernel named the senders. */
        boolean isNamed() {
            return named;
        }

        void judge(List<Seen> frames) {
            frames.stream()
                    .filter(frame -> frame.attribution().author() != Author.OWN)
                    .forEach(this::judge);
        }

        private void judge(Seen frame) {
            boolean isFirst = frame.socket() < RANDOM;
            all++;
            Attribution said = frame.attribution();
            named |= said.confidence() == Confidence.EXACT && said.role() == Role.SENT;
            counts.merge(
                    said.confidence().word() + (said.reason().isEmpty() ? "" : " (" + said.reason() + ")"),
                    1,
                    Integer::sum);
            if (said.author() instanceof Author.Process process) {
                int expected = isFirst ? (int) frame.socket() : truth.getOrDefault(frame.name(), process.pid());
                // Where there was no time to look, the name is not known, and that is all.
                if (process.pid() == expected
                        && (process.comm().equals("ip") || process.comm().isEmpty())) {
                    right++;
                } else {
                    wrong.add(said + " but it was " + expected);
                }
            } else if (said.confidence() != Confidence.UNKNOWN) {
                wrong.add(said + " for port " + frame.socket());
            }
        }

        @Override
        public String toString() {
            return all + " frames, " + right + " right, " + wrong.size() + " wrong, " + counts;
        }
    }

    /** Containers of one pod, as their cgroups show them. */
    private static final class Pods implements AutoCloseable {
        private static final Path ROOT = Path.of("/sys/fs/cgroup/kubepods");
        private final List<Path> cgroups = new ArrayList<>();

        Process run(io.nltap.agent.linux.TestNamespace space, String container, String script) throws Exception {
            Path cgroup = ROOT.resolve("pod" + UID).resolve(container);
            Files.createDirectories(cgroup);
            cgroups.add(cgroup);
            String entering = "echo $$ >%s/cgroup.procs; exec nsenter --net --target %d unshare --pid --fork sh -c '%s'"
                    .formatted(cgroup, space.pid(), script);
            return new ProcessBuilder("sh", "-c", entering)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        }

        @Override
        public void close() throws Exception {
            for (Path cgroup : cgroups) {
                Files.writeString(cgroup.resolve("cgroup.kill"), "1");
                await("its processes have ended")
                        .until(() -> Files.readString(cgroup.resolve("cgroup.events"))
                                .contains("populated 0"));
                Programs.run("rmdir", cgroup.toString());
            }
        }
    }
}
