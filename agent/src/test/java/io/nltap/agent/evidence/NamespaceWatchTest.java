// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.evidence.CaptureLosses;
import io.nltap.netlink.evidence.EvidenceSample;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When what is read of the sockets asks for a look at the processes. */
class NamespaceWatchTest {

    private static final String KERNEL = "0 0 0 00000000 0 0 0 2 0 6\n";
    private static final String IDLE = "0 0 702 00000001 0 0 0 2 0 19234\n";
    private static final String UNREAD = "0 0 702 00000001 512 0 0 2 0 19234\n";
    private static final String HAS_LOST = "0 0 702 00000001 0 0 0 2 3 19234\n";
    private static final String ANOTHER = "0 0 703 00000000 0 0 0 2 0 19301\n";

    @TempDir
    Path directory;

    private final List<EvidenceSample> samples = new ArrayList<>();
    private CaptureLosses losses = CaptureLosses.NONE;
    private long now = 1_000_000_000L;
    private Path table;
    private NamespaceWatch watch;

    @BeforeEach
    void open() throws IOException {
        table = Files.createFile(directory.resolve("netlink"));
        watch = new NamespaceWatch(
                4026531840L,
                "netns",
                new SocketTable(FileChannel.open(table)),
                new OtherTaps(FileChannel.open(Files.createFile(directory.resolve("dev"))), "nltap0"),
                SightScope.EVERYTHING,
                0,
                () -> losses,
                samples::add);
    }

    @AfterEach
    void close() throws IOException {
        watch.close();
    }

    @Test
    void theFirstLookDoes() throws Exception {
        read("");

        assertThat(wants()).isTrue();
    }

    @Test
    void theSameSocketsDoNot() throws Exception {
        readAndTell(KERNEL + IDLE);
        read(KERNEL + IDLE);

        assertThat(wants()).isFalse();
    }

    @Test
    void socketsThatComeAndGoDo() throws Exception {
        readAndTell(KERNEL + IDLE);
        read(KERNEL + IDLE + ANOTHER);
        assertThat(wants()).isTrue();

        readAndTell(KERNEL + IDLE + ANOTHER);
        read(KERNEL + IDLE);
        assertThat(wants()).isTrue();
    }

    @Test
    void aSocketThatHasLostSomethingDoes() throws Exception {
        readAndTell(KERNEL + IDLE);
        read(KERNEL + HAS_LOST);
        assertThat(wants()).isTrue();

        readAndTell(KERNEL + HAS_LOST);
        read(KERNEL + HAS_LOST);
        assertThat(wants()).isFalse();
    }

    @Test
    void whatIsNotReadAtTwoLooksDoesAndOnceMoreWhenItIs() throws Exception {
        readAndTell(KERNEL + IDLE);
        read(KERNEL + UNREAD);
        assertThat(wants()).isFalse(); // whoever talks all the time has something unread at a look now and then
        readAndTell(KERNEL + UNREAD);
        assertThat(wants()).isTrue();

        read(KERNEL + IDLE);
        assertThat(wants()).isTrue();

        readAndTell(KERNEL + IDLE);
        read(KERNEL + IDLE);
        assertThat(wants()).isFalse();
        assertThat(samples).hasSize(3);
    }

    @Test
    void whatTheCaptureHasLostDoesAfterTwoSeconds() throws Exception {
        readAndTell(KERNEL + IDLE);
        losses = new CaptureLosses(7, List.of());
        read(KERNEL + IDLE);
        assertThat(wants()).isFalse();

        now += Duration.ofSeconds(2).toNanos();
        assertThat(wants()).isTrue();
    }

    private boolean wants() {
        return watch.wantsProcesses(now);
    }

    private void readAndTell(String rows) throws IOException, InterruptedException {
        read(rows);
        watch.tell(ProcessesSeen.NOTHING, now, false);
    }

    private void read(String rows) throws IOException, InterruptedException {
        Files.writeString(table, rows);
        watch.read(now, now);
    }
}
