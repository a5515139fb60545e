// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.ring;

/** Memory set aside for one ring; closing gives it back to the budget. */
public final class RingMemory implements AutoCloseable {

    private final RingBudget budget;
    private final RingLayout layout;
    private boolean open = true;

    RingMemory(RingBudget budget, RingLayout layout) {
        this.budget = budget;
        this.layout = layout;
    }

    RingLayout layout() {
        return layout;
    }

    /** How many frames the ring holds at most. */
    public long frames() {
        return layout.frames();
    }

    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            budget.giveBack(layout.size());
        }
    }
}
