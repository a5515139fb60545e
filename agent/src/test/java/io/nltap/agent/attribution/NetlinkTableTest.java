// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NetlinkTableTest {

    @Test
    void readsTheSocketsOfProcessesAndLeavesOutTheKernels() {
        String table = """
                sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
                00000000d1b8e5f3 0   702        00000551 0        0        0     2        0        11034
                000000009d2f1f2c 0   2759641312 00000000 0        0        0     2        0        11035
                00000000f3a5c5d2 0   0          00000000 0        0        0     2        0        4
                00000000a8f2e6c1 16  -4098      00000000 0        0        0     2        0        11036
                00000000a8f2e6c1 16  4098       000
                """;

        assertThat(NetlinkTable.parse(table))
                .containsExactly(
                        new NetlinkTable.Row(0, 702, 0x551, 11034),
                        new NetlinkTable.Row(0, 2_759_641_312L, 0, 11035),
                        new NetlinkTable.Row(16, 4_294_963_198L, 0, 11036));
    }
}
