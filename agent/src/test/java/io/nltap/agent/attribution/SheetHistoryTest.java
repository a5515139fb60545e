// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SheetHistoryTest {
    private static final int ROUTE = 0;
    private static final long PORT = 4711;
    private static final long KEY = KnownSocket.key(ROUTE, PORT);
    private static final long MILLI = 1_000_000L;

    private final SheetHistory history = new SheetHistory();

    @Test
    void takesTheSocketThatTheFirstReadingAfterwardsShows() {
        read(10, 77);
        read(20, 77);
        read(30, 78);

        assertThat(inode(15 * MILLI)).isEqualTo(77);
        assertThat(inode(25 * MILLI)).isEqualTo(78);
    }

    @Test
    void takesOneThatWasOpenJustBeforeAndIsGone() {
        read(10, 77);
        readNothing(20);
        readNothing(30);

        assertThat(inode(15 * MILLI)).isEqualTo(77);
        assertThat(inode(25 * MILLI)).isEqualTo(SocketSheet.NO_SOCKET);
    }

    @Test
    void doesNotTakeOneThatWasOpenLongBefore() {
        read(10, 77);
        readNothing(900);

        assertThat(inode(890 * MILLI)).isEqualTo(SocketSheet.NO_SOCKET);
    }

    @Test
    void doesNotTakeOneThatWasOpenedLater() {
        readNothing(10);
        readNothing(20);
        read(30, 77);

        assertThat(inode(5 * MILLI)).isEqualTo(SocketSheet.NO_SOCKET);
    }

    @Test
    void saysWhetherAMomentHasBeenReadYet() {
        read(10, 77);

        assertThat(history.reachesBeyond(9 * MILLI)).isTrue();
        assertThat(history.reachesBeyond(10 * MILLI)).isFalse();
    }

    @Test
    void saysWhetherItWasSeenAfterwards() {
        read(10, 77);
        readNothing(20);

        assertThat(history.find(KEY, 5 * MILLI).stillOpen()).isTrue();
        assertThat(history.find(KEY, 15 * MILLI).stillOpen()).isFalse();
    }

    /** When it is looked at who speaks first, readings follow each other at once, and a frame may wait longer than all of them. */
    @Test
    void isInDoubtWhenTheReadingsAfterThatMomentMayHaveBeenForgotten() {
        for (int reading = 0; reading < 600; reading++) {
            read(1000 + reading, 77);
        }

        assertThat(history.find(KEY, 1100 * MILLI).stillOpen()).isTrue();
        assertThat(history.find(KEY, 1100 * MILLI).inode()).isEqualTo(77);
        assertThat(history.find(KEY, 1050 * MILLI).stillOpen()).isFalse();
    }

    private long inode(long nanos) {
        return history.find(KEY, nanos).inode();
    }

    private void read(long millis, long inode) {
        history.add(new SocketSheet(List.of(new NetlinkTable.Row(ROUTE, PORT, 0, inode)), millis * MILLI));
    }

    private void readNothing(long millis) {
        history.add(new SocketSheet(List.of(), millis * MILLI));
    }
}
