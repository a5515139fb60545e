// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.frame.Reason;
import org.junit.jupiter.api.Test;

class RingBudgetTest {

    private static final long MEBIBYTE = 1 << 20;

    @Test
    void givesWhatIsWantedInWholeBlocks() throws Exception {
        RingBudget budget = new RingBudget(8 * MEBIBYTE);

        assertThat(budget.reserve(4 * MEBIBYTE + 5).layout()).isEqualTo(new RingLayout(16));
        assertThat(budget.free()).isEqualTo(4 * MEBIBYTE);
    }

    @Test
    void givesASmallerRingWhenLessIsLeft() throws Exception {
        RingBudget budget = new RingBudget(5 * MEBIBYTE);
        budget.reserve(3 * MEBIBYTE);

        assertThat(budget.reserve(4 * MEBIBYTE).layout().size()).isEqualTo(2 * MEBIBYTE);
    }

    @Test
    void givesTheSmallestRingAtLeast() throws Exception {
        assertThat(new RingBudget(8 * MEBIBYTE).reserve(0).layout().size()).isEqualTo(RingLayout.MINIMUM_SIZE);
    }

    @Test
    void refusesWhenNotEvenTheSmallestRingIsLeft() throws Exception {
        RingBudget budget = new RingBudget(2 * MEBIBYTE - 1);
        budget.reserve(MEBIBYTE);

        assertThatThrownBy(() -> budget.reserve(MEBIBYTE))
                .isInstanceOfSatisfying(
                        CaptureException.class, e -> assertThat(e.reason()).isEqualTo(Reason.OUT_OF_RING_MEMORY))
                .hasMessage("no memory for another packet ring: 1048576 of 2097151 bytes are in use by other taps and a"
                        + " ring takes at least 1048576. Capture fewer pods of this node at once, or raise the agent's"
                        + " ring memory");
    }

    @Test
    void takesBackOnceWhatIsClosedTwice() throws Exception {
        RingBudget budget = new RingBudget(4 * MEBIBYTE);
        RingMemory memory = budget.reserve(2 * MEBIBYTE);

        memory.close();
        memory.close();

        assertThat(budget.free()).isEqualTo(4 * MEBIBYTE);
    }

    @Test
    void theLargestFrameFitsIntoABlock() {
        int headers = 48 + 48 + 20 + 32;
        assertThat(PacketRing.CAPTURE_LENGTH + headers).isLessThan(RingLayout.BLOCK_SIZE);
    }
}
