// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import java.util.OptionalLong;

/**
 * The limits that frames can reach. Never more than asked: a frame that would go beyond a limit is not written, and ends
 * the capture.
 *
 * @param maxBytes of all segments, before compression
 * @param maxMessages of all segments; absent when unlimited
 */
record LimitGuard(long maxBytes, OptionalLong maxMessages) {

    boolean countsMessages() {
        return maxMessages.isPresent();
    }

    /** @param bytes of all segments if the frame were written */
    boolean allowsBytes(long bytes) {
        return bytes <= maxBytes;
    }

    /** @param messages of all segments if the frame were written */
    boolean allowsMessages(long messages) {
        return maxMessages.isEmpty() || messages <= maxMessages.getAsLong();
    }

    /** Whether there is no room for even one message more. */
    boolean isReached(long messages) {
        return maxMessages.isPresent() && messages >= maxMessages.getAsLong();
    }
}
