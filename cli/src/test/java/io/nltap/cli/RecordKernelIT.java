// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nltap.netlink.pcapng.CaptureReader;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command on a real kernel, run by its start script. */
class RecordKernelIT {

    private static final int ROUNDS = 20;

    @TempDir
    private Path place;

    private Talker wanted;
    private Talker other;

    @BeforeEach
    void twoTalkers() throws IOException {
        wanted = Talker.start();
        other = Talker.start();
    }

    @AfterEach
    void machineIsAsItWas() throws Exception {
        wanted.close();
        other.close();
        assertThat(devices()).isEmpty();
        assertThat(modules()).noneMatch(line -> line.startsWith("nlmon "));
        assertThat(Files.list(Path.of("/run/nltap")))
                .extracting(Path::getFileName)
                .containsExactly(Path.of("lock"));
    }

    @Test
    void recordsWhatOneProcessSaysAndNothingOfAnother() throws Exception {
        try (RunningNltap nltap = RunningNltap.startRecording("record", "--pid", wanted.pid(), "--out", out())) {
            wanted.talk(ROUNDS);
            other.talk(ROUNDS);
            awaitTold();

            nltap.signal("INT");

            assertThat(nltap.exitCode()).as(nltap.output()).isZero();
        }
        JsonNode report = report();
        assertThat(report.at("/end/by").asText()).isEqualTo("Interrupt");
        assertThat(sumOfFates(report)).isEqualTo(counter(report, "received"));
        assertThat(counter(report, "ringDropped")).isZero();
        assertThat(counter(report, "outOfScope")).isGreaterThanOrEqualTo(2 * ROUNDS);
        assertThat(counter(report, "written")).isGreaterThanOrEqualTo(ROUNDS);
        // Where the kernel names sockets only, the first messages may pass before the socket's process is found.
        assertThat(counter(report, "written") + counter(report, "unattributed")).isGreaterThanOrEqualTo(2 * ROUNDS);
        assertThat(report.get("authors"))
                .isNotEmpty()
                .allSatisfy(author -> assertThat(author.get("pid").asText()).isEqualTo(wanted.pid()));
        assertThat(packets())
                .hasSize((int) counter(report, "written"))
                .allSatisfy(packet ->
                        assertThat(packet.comment()).contains("pid=" + wanted.pid() + " ", "comm=ip ", "confidence="));
        assertThat(report.at("/files/0/sha256").asText())
                .isEqualTo(OutputDirectory.sha256(Path.of(out()).resolve("capture.pcapng")));
    }

    @Test
    void recordsEverybodyOfANamespaceUntilTheTimeIsUp() throws Exception {
        try (RunningNltap nltap = RunningNltap.startRecording(
                "record", "--netns", "/proc/self/ns/net", "--duration", "4s", "--out", out())) {
            wanted.talk(ROUNDS);
            other.talk(ROUNDS);

            assertThat(nltap.exitCode()).as(nltap.output()).isZero();
        }
        JsonNode report = report();
        assertThat(report.at("/end/by").asText()).isEqualTo("Duration");
        assertThat(sumOfFates(report)).isEqualTo(counter(report, "received"));
        assertThat(counter(report, "written")).isGreaterThanOrEqualTo(4 * ROUNDS);
        assertThat(Path.of(out()).resolve("report.html"))
                .content()
                .contains("<dt>Ended by</dt><dd>Duration</dd>", "RTM_");
    }

    @Test
    void onlyRecordsWhenToldSo() throws Exception {
        try (RunningNltap nltap = RunningNltap.startRecording(
                "record", "--netns", "/proc/self/ns/net", "--duration", "3s", "--no-analysis", "--out", out())) {
            wanted.talk(ROUNDS);

            assertThat(nltap.exitCode()).as(nltap.output()).isZero();
        }
        assertThat(Files.list(Path.of(out())))
                .extracting(file -> file.getFileName().toString())
                .containsExactlyInAnyOrder("capture.pcapng", "record.json");
        JsonNode report = report();
        assertThat(counter(report, "written")).isGreaterThanOrEqualTo(2 * ROUNDS);
        assertThat(report.has("evidence")).isFalse();
        assertThat(report.has("changes")).isFalse();
    }

    @Test
    void recordsOnlyWhatTheFilterAccepts() throws Exception {
        try (RunningNltap nltap = RunningNltap.startRecording(
                "record", "--host", "--filter", "link[14:2] = 16", "--duration", "3s", "--out", out())) {
            wanted.talk(ROUNDS);

            assertThat(nltap.exitCode()).as(nltap.output()).isZero();
        }
        JsonNode report = report();
        assertThat(counter(report, "filtered")).isGreaterThanOrEqualTo(2 * ROUNDS);
        assertThat(counter(report, "written")).isZero();
        assertThat(report.at("/files/0/name").asText()).isEqualTo("evidence.ndjson");
    }

    @Test
    void endsWhenTheFileIsAsLargeAsItMayGet() throws Exception {
        try (RunningNltap nltap =
                RunningNltap.startRecording("record", "--pid", wanted.pid(), "--bytes", "64Ki", "--out", out())) {
            Awaitility.await("the file to be large")
                    .atMost(90, TimeUnit.SECONDS)
                    .pollInterval(20, TimeUnit.MILLISECONDS)
                    .until(() -> {
                        wanted.talk(ROUNDS);
                        wanted.awaitIdle();
                        return nltap.hasEnded();
                    });

            assertThat(nltap.exitCode()).as(nltap.output()).isZero();
        }
        assertThat(report().at("/end/by").asText()).isEqualTo("Bytes");
        assertThat(Files.size(Path.of(out()).resolve("capture.pcapng"))).isBetween(32L << 10, 64L << 10);
    }

    @Test
    void endsWithItsProcesses() throws Exception {
        try (RunningNltap nltap = RunningNltap.startRecording("record", "--pid", wanted.pid(), "--out", out())) {
            wanted.talk(ROUNDS);
            wanted.close();

            assertThat(nltap.exitCode()).as(nltap.output()).isZero();
        }
        assertThat(report().at("/end/by").asText()).isEqualTo("ProcessesGone");
    }

    @Test
    void removesWhatAKilledRecordingLeft() throws Exception {
        try (RunningNltap killed =
                RunningNltap.startRecording("record", "--pid", wanted.pid(), "--out", out() + "-killed")) {
            killed.signal("KILL");
            killed.exitCode();
        }
        assertThat(devices()).hasSize(1);

        try (RunningNltap next =
                RunningNltap.startRecording("record", "--pid", wanted.pid(), "--duration", "1s", "--out", out())) {
            assertThat(next.exitCode()).as(next.output()).isZero();
            assertThat(next.output()).contains("was killed and had left 1 ");
        }
    }

    @Test
    void leavesAnotherRecordingOfTheSameNamespaceAlone() throws Exception {
        try (RunningNltap first = RunningNltap.startRecording("record", "--pid", wanted.pid(), "--out", out());
                RunningNltap second = RunningNltap.startRecording(
                        "record", "--pid", other.pid(), "--duration", "1s", "--out", out() + "-2")) {
            assertThat(second.exitCode()).as(second.output()).isZero();
            wanted.talk(ROUNDS);
            awaitTold();
            first.signal("TERM");
            assertThat(first.exitCode()).as(first.output()).isZero();
        }
        assertThat(counter(report(), "written")).isGreaterThanOrEqualTo(ROUNDS);
    }

    private String out() {
        return place.resolve("out").toString();
    }

    private JsonNode report() throws IOException {
        return new ObjectMapper().readTree(Path.of(out()).resolve("record.json").toFile());
    }

    private static long counter(JsonNode report, String name) {
        return report.at("/counters/" + name).asLong();
    }

    private static long sumOfFates(JsonNode report) {
        return List.of("written", "outOfScope", "filtered", "duplicates", "droppedByLimits").stream()
                .mapToLong(name -> counter(report, name))
                .sum();
    }

    private List<CapturedPacket> packets() throws IOException {
        CaptureReader reader = CaptureReader.of(
                ByteBuffer.wrap(Files.readAllBytes(Path.of(out()).resolve("capture.pcapng"))));
        List<CapturedPacket> packets = new ArrayList<>();
        for (Optional<CapturedPacket> next = reader.next(); next.isPresent(); next = reader.next()) {
            packets.add(next.get());
        }
        assertThat(reader.problems()).isEmpty();
        return packets;
    }

    /** A recorder that is told to end reads what the ring holds: only what was said has to be said by then. */
    private void awaitTold() {
        wanted.awaitIdle();
        other.awaitIdle();
    }

    private static List<String> devices() throws IOException, InterruptedException {
        Process ip = new ProcessBuilder("ip", "-o", "link", "show", "type", "nlmon").start();
        return ip.inputReader().lines().toList();
    }

    private static List<String> modules() throws IOException {
        return Files.readAllLines(Path.of("/proc/modules"));
    }

    /** One long-lived {@code ip} with one socket, which says what it is told to. */
    private static final class Talker implements AutoCloseable {
        private final Process process;
        private final PrintStream orders;
        private final List<String> answers = new ArrayList<>();
        private int asked;

        private Talker(Process process) {
            this.process = process;
            this.orders = new PrintStream(process.getOutputStream(), true);
            Thread reader = new Thread(this::read, "answers of ip");
            reader.setDaemon(true);
            reader.start();
        }

        static Talker start() throws IOException {
            Talker talker = new Talker(new ProcessBuilder("ip", "-o", "-batch", "-")
                    .redirectErrorStream(true)
                    .start());
            talker.talk(1); // so that its socket is there from now on
            talker.awaitIdle();
            return talker;
        }

        private void read() {
            process.inputReader().lines().forEach(line -> {
                synchronized (answers) {
                    answers.add(line);
                }
            });
        }

        String pid() {
            return Long.toString(process.pid());
        }

        /** One request each, with one answer. */
        void talk(int rounds) {
            for (int round = 0; round < rounds; round++) {
                orders.println("link show dev lo");
            }
            asked += rounds;
        }

        void awaitIdle() {
            orders.flush();
            Awaitility.await("answers to ip").atMost(60, TimeUnit.SECONDS).until(() -> answered() >= asked);
        }

        private int answered() {
            synchronized (answers) {
                return answers.size();
            }
        }

        @Override
        public void close() {
            orders.close();
            try {
                process.waitFor(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
