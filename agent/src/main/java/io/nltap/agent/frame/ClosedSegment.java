// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

/**
 * A file {@code <number>.pcapng} that is whole and will not change any more; holds at least one frame.
 *
 * @param number counts from 0 in each session
 * @param bytes size of the file
 * @param firstTimeNanos kernel time of the earliest frame, nanoseconds since the epoch
 * @param lastTimeNanos kernel time of the latest frame, nanoseconds since the epoch
 */
public record ClosedSegment(
        int number, long frames, long messages, long bytes, long firstTimeNanos, long lastTimeNanos) {

    /** Of the file, before it is compressed. */
    public static String fileName(int number) {
        return number + ".pcapng";
    }
}
