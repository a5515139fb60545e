// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.segment;

import io.nltap.netlink.pcapng.SectionHeader;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What one session's segments are like.
 *
 * @param directory where they are written; must exist
 * @param firstNumber number of the first segment, at least 0
 * @param maxBytes a segment is closed before it gets larger than this; at least 1 MiB
 * @param interval a segment is closed when its first frame is older than this
 * @param section the first block of each file
 */
public record SegmentPlan(Path directory, int firstNumber, long maxBytes, Duration interval, SectionHeader section) {

    private static final long MIN_BYTES = 1 << 20;

    public SegmentPlan {
        if (firstNumber < 0 || maxBytes < MIN_BYTES || interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException(
                    "segments from %d on, of at most %d bytes and %s: want a number from 0 on, at least 1 MiB and a time"
                            .formatted(firstNumber, maxBytes, interval));
        }
    }
}
