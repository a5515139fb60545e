// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.ring;

import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.frame.Reason;

/** The kernel memory that all rings of this agent may use together. */
public final class RingBudget {

    private final long total;
    private long free;

    /** @param total bytes */
    public RingBudget(long total) {
        this.total = total;
        this.free = total;
    }

    /**
     * Sets memory aside for one ring: what is wanted, or what is left when that is less.
     *
     * @param wanted bytes; rounded down to whole blocks of {@link RingLayout#BLOCK_SIZE}, at least
     *     {@link RingLayout#MINIMUM_SIZE}
     * @throws CaptureException {@link Reason#OUT_OF_RING_MEMORY} when not even the smallest ring is left
     */
    public synchronized RingMemory reserve(long wanted) throws CaptureException {
        RingLayout layout = RingLayout.within(Math.min(wanted, free));
        if (layout.size() > free) {
            throw new CaptureException(
                    Reason.OUT_OF_RING_MEMORY,
                    "no memory for another packet ring: %d of %d bytes are in use by other taps and a ring takes at least %d"
                                    .formatted(total - free, total, RingLayout.MINIMUM_SIZE)
                            + ". Capture fewer pods of this node at once, or raise the agent's ring memory");
        }
        free -= layout.size();
        return new RingMemory(this, layout);
    }

    synchronized void giveBack(long bytes) {
        free += bytes;
    }

    /** Bytes not set aside. */
    public synchronized long free() {
        return free;
    }
}
