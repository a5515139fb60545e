// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentTableTest {

    @Test
    void givesBackWhatWasPutInLast() {
        RecentTable<String> table = new RecentTable<>(4);
        table.put(7, "a");
        table.put(0, "b");
        table.put(7, "c");

        assertThat(table.get(7)).isEqualTo("c");
        assertThat(table.get(0)).isEqualTo("b");
        assertThat(table.get(8)).isNull();
    }

    @Test
    void keepsWhatIsUsedAndLetsGoOfWhatIsNot() {
        RecentTable<Integer> table = new RecentTable<>(1);
        table.put(1, 1);
        for (int key = 2; key < 1000; key++) {
            table.put(key, key);
            table.get(1);
        }

        assertThat(table.get(1)).isEqualTo(1);
        assertThat(table.get(999)).isEqualTo(999);
        assertThat(table.get(2)).isNull();
    }
}
