// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.ring;

/** Memory set aside for one ring; closing gives it back to the budget. */
public final class RingMemory implements AutoCloseable {

    private final RingBudget budget;
    private RingLayout layout;
    private boolean open = true;

    RingMemory(RingBudget budget, RingLayout layout) {
        this.budget = budget;
        this.layout = layout;
    }

    synchronized RingLayout layout() {
        return layout;
    }

    /** Keeps only what the smaller layout needs. */
    synchronized void shrinkTo(RingLayout smaller) {
        budget.giveBack(layout.size() - smaller.size());
        layout = smaller;
    }

    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            budget.giveBack(layout.size());
        }
    }
}
