// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.frame.ProcessIdentity;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TapSocketsTest {
    private static final long NETNS = 4026532101L;
    private static final long PIDNS = 4026531836L;
    private static final int HOLDER = 700;
    private static final int OWN = 99;
    private static final int ROUTE = 0;
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path proc;

    private final FakeProcesses processes = new FakeProcesses();
    private final EndedProcesses ended = new EndedProcesses(100, 0);
    private Path table;
    private TapSockets sockets;
    private boolean awaited;
    private long clock = 100 * SECOND;

    @BeforeEach
    void makeNamespace() throws IOException {
        Files.writeString(proc.resolve("uptime"), "100.00 1.00\n");
        table = Files.writeString(proc.resolve("netlink"), "");
        ProcessTicks ticks = ProcessTicks.of(proc, clock);
        Owners owners = new Owners(processes, ended, ticks, () -> {}, OWN);
        SocketHolders holders = new SocketHolders(proc, processes, ticks, () -> clock);
        sockets = new TapSockets(
                new NetlinkTable(FileChannel.open(table, StandardOpenOption.READ)),
                NETNS,
                owners,
                holders,
                new SocketSearch(NETNS, processes, owners, holders, ended, ticks, () -> {}),
                OptionalInt.empty(),
                () -> clock,
                () -> awaited);
        sockets.refresh();
        processes.put(
                new ProcessIdentity(HOLDER, HOLDER, 1, 90 * 100, "client", Optional.empty(), NETNS, PIDNS, false));
        Files.createDirectories(descriptors());
    }

    @AfterEach
    void close() {
        sockets.close();
    }

    @Test
    void looksAtOneNewSocketWhileAQuestionWaitsAndAtTheOthersLater() throws IOException {
        open(101, 102, 103);
        awaited = true;
        sockets.watch(1);

        assertThat(afterAllWereClosed(103)).isInstanceOf(Finding.Found.class);
        assertThat(afterAllWereClosed(101)).isInstanceOf(Finding.Nobody.class);

        open(101, 102, 103);
        awaited = false;
        clock += SECOND;
        sockets.watch(1);

        assertThat(afterAllWereClosed(101)).isInstanceOf(Finding.Found.class);
    }

    @Test
    void looksAtWhoSpeaksForTheFirstTimeThoughQuestionsWaitAsLongAsItMay() throws IOException {
        long[] used = {0};
        SavedTime allowed = new SavedTime(10, Duration.ofMillis(1), () -> clock, () -> used[0]);
        open(101, 102);
        awaited = true;
        sockets.alarm(allowed);

        assertThat(afterAllWereClosed(102)).isInstanceOf(Finding.Found.class);
        assertThat(afterAllWereClosed(101)).isInstanceOf(Finding.Found.class);

        allowed.spend(() -> used[0] += SECOND);
        open(103);
        sockets.alarm(allowed);

        assertThat(afterAllWereClosed(103)).isInstanceOf(Finding.Nobody.class);
    }

    @Test
    void looksAtASocketThatWasFirstSeenForSomebodyElsesSake() throws IOException {
        open(101);
        sockets.find(ROUTE, 5, clock); // reads the table

        clock += SECOND;
        sockets.watch(1);

        assertThat(afterAllWereClosed(101)).isInstanceOf(Finding.Found.class);
    }

    private static long port(long inode) {
        return 3_000_000_000L + inode;
    }

    private Path descriptors() {
        return proc.resolve(Integer.toString(HOLDER)).resolve("fd");
    }

    /** All that are there; they have the inodes. */
    private void open(long... inodes) throws IOException {
        StringBuilder rows = new StringBuilder("sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode\n");
        for (long inode : inodes) {
            rows.append("0 %d %d 00000000 0 0 0 2 0 %d%n".formatted(ROUTE, port(inode), inode));
            Files.createSymbolicLink(
                    descriptors().resolve(Long.toString(inode)), Path.of("socket:[%d]".formatted(inode)));
        }
        Files.writeString(table, rows);
        clock += SECOND / 100;
    }

    /** Who had it, as is found when its frame is read: by then it is gone. */
    private Finding afterAllWereClosed(long inode) throws IOException {
        for (long each : LongStream.of(101, 102, 103).toArray()) {
            Files.deleteIfExists(descriptors().resolve(Long.toString(each)));
        }
        long spoke = clock;
        clock += SECOND / 100;
        return sockets.find(ROUTE, port(inode), spoke);
    }
}
