// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.linux.BpfArray;
import io.nltap.agent.linux.KernelException;

/** The two arrays that a tagger's program writes: the number of the next frame, and the slots. */
final class TagMemory implements AutoCloseable {

    private final BpfArray counter;
    private final BpfArray array;
    private final TagSlots slots;

    private TagMemory(BpfArray counter, BpfArray array) {
        this.counter = counter;
        this.array = array;
        this.slots = new TagSlots(array.memory());
    }

    /** @param slots how many, a power of two */
    static TagMemory open(int slots) throws KernelException {
        BpfArray counter = BpfArray.open("nltap_count", Long.BYTES, 1);
        try {
            // The first frame is 1: 0 is "untagged".
            counter.memory().putLong(0, 1);
            return new TagMemory(counter, BpfArray.open("nltap_tags", TagSlots.SIZE, slots));
        } catch (KernelException | RuntimeException e) {
            counter.close();
            throw e;
        }
    }

    int counterFd() {
        return counter.fd();
    }

    int slotsFd() {
        return array.fd();
    }

    TagSlots slots() {
        return slots;
    }

    /** The number that the next frame gets. */
    int next() {
        return (int) counter.memory().getLong(0);
    }

    @Override
    public void close() {
        array.close();
        counter.close();
    }
}
