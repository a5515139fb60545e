// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

/** What may still be written to the node's disk. Asked before each write; used by several threads. */
public interface DiskSpace {

    /** Where nobody else's captures compete for it: when the disk is full, writing fails and says so. */
    DiskSpace WHOLE = new DiskSpace() {
        @Override
        public boolean reserve(long bytes) {
            return true;
        }

        @Override
        public void release(long bytes) {}
    };

    /** @return false when there is not so much left; then nothing was taken */
    boolean reserve(long bytes);

    /** Gives back what was reserved and is not, or no longer, on the disk. */
    void release(long bytes);
}
