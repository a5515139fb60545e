// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nltap.netlink.pcapng.CaptureReader;
import io.nltap.netlink.pcapng.CapturedPacket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of which the kernel tells nobody, in a namespace in which nobody listens. */
class ChangesKernelIT {

    /** An address by ioctl, as ifconfig gives it: SIOCSIFADDR, struct ifreq. */
    private static final String BY_IOCTL = """
            import fcntl, socket, struct
            one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            fcntl.ioctl(one, 0x8916, struct.pack('16sH2s4s8s', b'lo:1', socket.AF_INET, b'', socket.inet_aton('%s'), b''))
            """;

    @TempDir
    private Path place;

    @Test
    void seesEachChangeOnceThoughNobodyListens() throws Exception {
        try (RunningNltap nltap =
                RunningNltap.startRecording("record", "--netns", "/proc/self/ns/net", "--out", out())) {
            run("ip", "address", "add", "192.0.2.1/24", "dev", "lo");
            run("ip", "link", "add", "aa0", "type", "veth", "peer", "name", "aa1");
            run("python3", "-c", BY_IOCTL.formatted("192.0.2.77"));
            // Not "up": of the carrier, which follows, the kernel tells in its own time (linkwatch), perhaps not at
            // all.
            run("ip", "link", "set", "aa0", "mtu", "1400");
            run("ip", "link", "del", "aa0");
            run("ip", "address", "del", "192.0.2.1/24", "dev", "lo");
            end(nltap);
        }

        assertThat(changes("192.0.2.1/24"))
                .extracting(each -> word(each, "action"))
                .containsExactly("Added", "Removed");
        // Older kernels do not tell who it was, and it may have ended before anybody could look.
        assertThat(changes("192.0.2.1/24"))
                .allSatisfy(each -> assertThat(each.at("/who/comm").asText("-")).isIn("ip", "-"));
        // The kernel takes secondary addresses away with the primary one of their network (__inet_del_ifa).
        assertThat(changes("192.0.2.77"))
                .extracting(each -> word(each, "action"), each -> word(each, "proof"))
                .containsExactly(tuple("Added", "Notified"), tuple("Removed", "Notified"));
        JsonNode byIoctl = changes("192.0.2.77").get(0);
        assertThat(word(byIoctl, "authorship")).isEqualTo("Unknown");
        assertThat(byIoctl.at("/who/pid").isNull()).isTrue();
        assertThat(changes("nltap-")).isEmpty();
        assertThat(changes("aa0"))
                .as(changes("aa0").toString())
                .extracting(each -> word(each, "action"))
                .containsExactly("Added", "Changed", "Removed");
        assertThat(notifications()).isEmpty();
        assertThat(sumOfFates()).isEqualTo(counter("received"));
    }

    @Test
    void whatOthersChangeInTheNamespaceOfAProcessIsNotAmongItsChanges() throws Exception {
        Process idle = new ProcessBuilder("sleep", "1000").start();
        try (RunningNltap nltap =
                RunningNltap.startRecording("record", "--pid", Long.toString(idle.pid()), "--out", out())) {
            run("ip", "address", "add", "192.0.2.2/24", "dev", "lo");
            run("python3", "-c", BY_IOCTL.formatted("192.0.2.78"));
            run("ip", "address", "del", "192.0.2.2/24", "dev", "lo");
            end(nltap);
        } finally {
            idle.destroy();
        }

        assertThat(Path.of(out()).resolve("changes.ndjson")).doesNotExist();
        assertThat(counter("written")).isZero();
        assertThat(sumOfFates()).isEqualTo(counter("received"));
    }

    @Test
    void whatOtherRecordingsNeedForThemselvesIsNoChange() throws Exception {
        try (RunningNltap first = RunningNltap.startRecording(record("before"));
                RunningNltap nltap = RunningNltap.startRecording(record("out"))) {
            try (RunningNltap second = RunningNltap.startRecording(record("meanwhile"))) {
                end(second);
            }
            end(first);
            end(nltap);
        }

        assertThat(Path.of(out()).resolve("changes.ndjson")).doesNotExist();
        assertThat(counter("written")).isZero();
        assertThat(sumOfFates()).isEqualTo(counter("received"));
    }

    private String[] record(String out) {
        return new String[] {
            "record",
            "--netns",
            "/proc/self/ns/net",
            "--out",
            place.resolve(out).toString()
        };
    }

    private static void end(RunningNltap nltap) throws IOException, InterruptedException {
        nltap.signal("INT");
        assertThat(nltap.exitCode()).as(nltap.output()).isZero();
    }

    private String out() {
        return place.resolve("out").toString();
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }

    private static String word(JsonNode change, String name) {
        return change.get(name).asText();
    }

    /** Of addresses and links only: what follows from them, such as routes, is not of interest here. */
    private List<JsonNode> changes(String object) throws IOException {
        List<JsonNode> changes = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(out()).resolve("changes.ndjson"))) {
            JsonNode change = new ObjectMapper().readTree(line);
            boolean isWanted = List.of("address", "link").contains(word(change, "kind"));
            if (isWanted && word(change, "object").startsWith(object)) {
                changes.add(change);
            }
        }
        return changes;
    }

    private List<String> notifications() throws IOException {
        CaptureReader reader = CaptureReader.of(
                ByteBuffer.wrap(Files.readAllBytes(Path.of(out()).resolve("capture.pcapng"))));
        List<String> notifications = new ArrayList<>();
        for (Optional<CapturedPacket> next = reader.next(); next.isPresent(); next = reader.next()) {
            if (next.get().comment().contains("role=notified")) {
                notifications.add(next.get().comment());
            }
        }
        return notifications;
    }

    private long counter(String name) throws IOException {
        JsonNode report = new ObjectMapper()
                .readTree(Path.of(out()).resolve("record.json").toFile());
        return report.at("/counters/" + name).asLong();
    }

    private long sumOfFates() throws IOException {
        long sum = 0;
        for (String fate : List.of("written", "outOfScope", "filtered", "duplicates", "droppedByLimits")) {
            sum += counter(fate);
        }
        return sum;
    }
}
