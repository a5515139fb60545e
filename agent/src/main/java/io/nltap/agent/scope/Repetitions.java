// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.scope;

import io.nltap.agent.frame.Frame;
import java.nio.ByteBuffer;

/**
 * Knows a notification again that the kernel delivers to one more listener. The tap sits where each listener is served, so
 * that a notification to three of them passes it three times, one right after the other.
 *
 * <p>Two events may cause the same bytes, and then both are to be kept: they are taken for one only when they follow each
 * other faster than the kernel tells two events apart.
 */
final class Repetitions {
    /** The kernel serves the listeners in one go, holding a lock: microseconds apart, more where it is emulated. */
    private static final long LONGEST_GAP_NANOS = 1_000_000;

    private static final int FIRST_ROOM = 4096;

    private ByteBuffer last = ByteBuffer.allocate(FIRST_ROOM);
    private int lastLength = -1;
    private int lastOriginal;
    private int lastProtocol;
    private long lastTime;

    /** Remembers the notification, whatever the answer is. */
    boolean isRepetition(Frame frame) {
        int length = frame.capturedLength();
        long time = frame.timestampNanos();
        boolean soon = Math.abs(time - lastTime) <= LONGEST_GAP_NANOS;
        lastTime = time;
        if (soon
                && length == lastLength
                && frame.originalLength() == lastOriginal
                && frame.protocol() == lastProtocol
                && isEqual(frame, length)) {
            return true;
        }
        remember(frame, length);
        return false;
    }

    private boolean isEqual(Frame frame, int length) {
        ByteBuffer buffer = frame.buffer();
        int offset = frame.offset();
        last.order(buffer.order());
        int at = 0;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            if (buffer.getLong(offset + at) != last.getLong(at)) {
                return false;
            }
        }
        for (; at < length; at++) {
            if (buffer.get(offset + at) != last.get(at)) {
                return false;
            }
        }
        return true;
    }

    private void remember(Frame frame, int length) {
        if (last.capacity() < length) {
            last = ByteBuffer.allocate(Math.max(length, 2 * last.capacity()));
        }
        last.put(0, frame.buffer(), frame.offset(), length);
        lastLength = length;
        lastOriginal = frame.originalLength();
        lastProtocol = frame.protocol();
    }
}
