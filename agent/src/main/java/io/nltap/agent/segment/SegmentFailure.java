// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.segment;

/**
 * Why nothing more can be written. What had been written until then is kept in closed segments, and each frame that is
 * not is counted as lost.
 *
 * @param message what failed, on which file, why, and what to do
 */
public record SegmentFailure(Reason reason, String message) {

    public enum Reason {
        /** The bytes that all captures of this node together may hold on its disk are used up. */
        SPOOL_FULL,
        /** The disk itself is full, or a quota or file size limit is reached. */
        DISK_FULL,
        /** The disk did not take or give the bytes for another reason. */
        DISK_ERROR
    }
}
