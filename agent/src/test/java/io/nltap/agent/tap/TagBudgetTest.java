// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TagBudgetTest {

    private static final long MEBIBYTE = 1 << 20;
    private static final int SLOTS_OF_A_MEBIBYTE = (int) (MEBIBYTE / TagSlots.SIZE);

    @Test
    void givesASlotToEveryFrameThatIsWanted() {
        TagBudget budget = new TagBudget(64 * MEBIBYTE);

        assertThat(budget.reserve(74_898)).isEqualTo(131_072);
        assertThat(budget.free()).isEqualTo(64 * MEBIBYTE - 131_072 * TagSlots.SIZE);
    }

    @Test
    void leavesSomethingForThoseToCome() {
        TagBudget budget = new TagBudget(8 * MEBIBYTE);

        assertThat(budget.reserve(1_000_000)).isEqualTo(SLOTS_OF_A_MEBIBYTE);
        assertThat(budget.reserve(1_000_000)).isEqualTo(SLOTS_OF_A_MEBIBYTE / 2);
    }

    /** As many as rings get memory, when both budgets are those of {@code nltap record}. */
    @Test
    void hasSomethingForFortyNineTaps() {
        TagBudget budget = new TagBudget(128 * MEBIBYTE);
        for (int tap = 1; tap <= 49; tap++) {
            assertThat(budget.reserve(74_898)).as("slots of tap %d", tap).isPositive();
        }
    }

    @Test
    void neverGivesMoreThanItHas() {
        TagBudget budget = new TagBudget(MEBIBYTE);
        int taps = 0;
        while (budget.reserve(1) > 0) {
            taps++;
        }

        assertThat(taps).isEqualTo(4);
        assertThat(budget.free()).isZero();
    }

    @Test
    void takesBackWhatItGave() {
        TagBudget budget = new TagBudget(MEBIBYTE);
        int slots = budget.reserve(1);

        budget.giveBack(slots);

        assertThat(budget.free()).isEqualTo(MEBIBYTE);
    }
}
