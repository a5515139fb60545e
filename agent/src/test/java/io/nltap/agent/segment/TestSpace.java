// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.segment;

import io.nltap.agent.frame.DiskSpace;

/** So many bytes and no more. */
public final class TestSpace implements DiskSpace {
    private final long max;
    private long used;

    public TestSpace(long max) {
        this.max = max;
    }

    @Override
    public boolean reserve(long bytes) {
        if (used + bytes > max) {
            return false;
        }
        used += bytes;
        return true;
    }

    @Override
    public void release(long bytes) {
        used -= bytes;
    }

    public long used() {
        return used;
    }
}
