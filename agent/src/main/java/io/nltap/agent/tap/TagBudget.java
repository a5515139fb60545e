// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

/** The kernel memory that the tags of all taps of this agent may take together. */
public final class TagBudget {

    /** Fewer would be overwritten before anybody could read them. */
    private static final int FEWEST = 4096;

    private static final int MOST = 1 << 20;

    /** No tap takes more of what is left than this part, so that there is something left for those to come. */
    private static final int PART_OF_FREE = 8;

    private long free;

    /** @param total bytes */
    public TagBudget(long total) {
        this.free = total;
    }

    /**
     * Sets memory aside for at least so many slots, or for as many as the rest allows.
     *
     * @return how many, a power of two; 0 when too little is left
     */
    synchronized int reserve(long wanted) {
        long slots = FEWEST;
        while (slots < wanted && slots < MOST && bytes(2 * slots) <= free / PART_OF_FREE) {
            slots *= 2;
        }
        if (bytes(slots) > free) {
            return 0;
        }
        free -= bytes(slots);
        return (int) slots;
    }

    synchronized void giveBack(int slots) {
        free += bytes(slots);
    }

    synchronized long free() {
        return free;
    }

    private static long bytes(long slots) {
        return slots * TagSlots.SIZE;
    }
}
