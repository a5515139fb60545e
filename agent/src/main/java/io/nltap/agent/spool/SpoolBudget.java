// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.spool;

import io.nltap.agent.frame.DiskSpace;
import java.util.concurrent.atomic.AtomicLong;

/** The bytes that all sessions of a node together may keep on its disk. */
final class SpoolBudget implements DiskSpace {
    private final long max;
    private final AtomicLong used = new AtomicLong();

    SpoolBudget(long max) {
        this.max = max;
    }

    @Override
    public boolean reserve(long bytes) {
        long before;
        do {
            before = used.get();
            if (bytes > max - before) {
                return false;
            }
        } while (!used.compareAndSet(before, before + bytes));
        return true;
    }

    /** For what is on the disk already, even if it is more than there may be. */
    void take(long bytes) {
        used.addAndGet(bytes);
    }

    @Override
    public void release(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }

    long max() {
        return max;
    }
}
