// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.linux.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FurtherGroupsTest {
    private static final int PID = 700;
    private static final int BRVLAN = 33;
    private static final int ENOSYS = 38;
    private static final NetlinkTable.Row SOCKET = new NetlinkTable.Row(0, 700, 0, 77);
    private static final NetlinkTable.Row NETFILTER = new NetlinkTable.Row(12, 700, 0, 77);

    @TempDir
    private Path proc;

    private final BitSet groups = new BitSet();
    private FurtherGroups further;
    private boolean isThere = true;
    private int asked;

    @BeforeEach
    void hold() throws IOException {
        Files.writeString(proc.resolve("uptime"), "0.00 0.00\n");
        Path fd = Files.createDirectories(proc.resolve(Integer.toString(PID)).resolve("fd"));
        Files.createSymbolicLink(fd.resolve("5"), Path.of("socket:[77]"));
        further = new FurtherGroups(
                new SocketHolders(proc, new FakeProcesses(), ProcessTicks.of(proc, 0), () -> 0), this::ask, 0);
    }

    private BitSet ask(int pid, int descriptor, long inode) throws KernelException {
        asked++;
        if (!isThere) {
            throw new KernelException("pidfd_getfd", "descriptor 5", ENOSYS);
        }
        assertThat(pid).isEqualTo(PID);
        assertThat(descriptor).isEqualTo((int) inode - 72);
        return (BitSet) groups.clone();
    }

    @Test
    void asksOfANewSocketAndThenLessAndLessOften() {
        for (int second = 0; second < 60; second++) {
            assertThat(round(second).stream()).isEmpty();
        }

        assertThat(asked).isEqualTo(6); // after 0, 1, 3, 7, 15 and 31 seconds
    }

    @Test
    void asksAgainWhenSomebodyIsToldWhoIsNotKnown() {
        for (int second = 0; second < 60; second++) {
            round(second);
        }
        groups.set(BRVLAN);
        groups.set(1);
        assertThat(round(60).stream()).isEmpty();

        further.note(false);

        assertThat(round(61).stream()).containsExactly(BRVLAN);
        assertThat(round(62).stream()).containsExactly(BRVLAN);
        assertThat(asked).isEqualTo(7);
    }

    @Test
    void asksOnceInAWhileWhileThoseAreToldWhoAreKnown() {
        groups.set(BRVLAN);
        for (int second = 0; second < 40; second++) {
            further.note(true);
            round(second);
        }

        assertThat(asked).isBetween(7, 10);
    }

    @Test
    void asksNoMoreWhereTheKernelCannotTell() {
        isThere = false;
        for (int second = 0; second < 60; second++) {
            assertThat(round(second).stream()).isEmpty();
            further.note(false);
        }

        assertThat(asked).isEqualTo(1);
    }

    @Test
    void asksNothingOfProtocolsWithoutSuchGroups() {
        further.begin(0);

        assertThat(further.isWanted(NETFILTER)).isFalse();
    }

    @Test
    void asksAFewInARoundForWhichOthersWaitAndTheRestLater() throws IOException {
        List<NetlinkTable.Row> many = new ArrayList<>();
        for (int inode = 100; inode < 120; inode++) {
            Path link = proc.resolve(PID + "/fd").resolve(Integer.toString(inode - 72));
            Files.createSymbolicLink(link, Path.of("socket:[%d]".formatted(inode)));
            many.add(new NetlinkTable.Row(0, 3_000_000_000L + inode, 0, inode));
        }

        further.begin(0);
        further.hurry();
        many.stream().filter(further::isWanted).forEach(row -> further.of(row, Set.of(PID)));
        assertThat(asked).isEqualTo(8);

        further.begin(1);
        many.stream().filter(further::isWanted).forEach(row -> further.of(row, Set.of(PID)));
        assertThat(asked).isEqualTo(20);
    }

    /** Who holds a socket is given here, and not looked for. */
    private BitSet round(int second) {
        further.begin(TimeUnit.SECONDS.toNanos(second));
        return further.isWanted(SOCKET) ? further.of(SOCKET, Set.of(PID)) : new BitSet();
    }
}
