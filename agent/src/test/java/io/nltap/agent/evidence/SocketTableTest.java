// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.netlink.evidence.SocketRow;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SocketTableTest {

    private static final String TABLE = """
            sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
            00000000b1b2c3d4 0   0          00000000 3072     0        0     6        0        6
            00000000a1b2c3d4 0   2759641312 800405d5 4352     0        1     3        17       19234
            00000000c1b2c3d4 16  702        00000000 0
            """;

    @Test
    void readsRowsOfTheKernelAndOfUsers() {
        assertThat(SocketTable.parse(TABLE).rows())
                .containsExactly(
                        new SocketRow(0, 0, 0, 3072, OptionalLong.empty(), 0, false, 6, 0, 6),
                        new SocketRow(0, 2759641312L, 0x800405d5L, 4352, OptionalLong.empty(), 0, true, 3, 17, 19234));
    }

    @Test
    void countsRowsForWhichThereIsNoRoom() {
        String row = "0 0 1 0 0 0 0 2 0 7\n";

        SocketTable.Reading reading = SocketTable.parse(row.repeat(SocketTable.MOST_ROWS + 3));

        assertThat(reading.rows()).hasSize(SocketTable.MOST_ROWS);
        assertThat(reading.omitted()).isEqualTo(3);
    }
}
