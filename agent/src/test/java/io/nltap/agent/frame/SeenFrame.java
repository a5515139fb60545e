// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

/** A frame copied out of its lease. */
public record SeenFrame(
        long timestampNanos, int packetType, int protocol, int originalLength, int capturedLength, byte[] bytes) {

    public static SeenFrame of(Frame frame) {
        byte[] bytes = new byte[frame.capturedLength()];
        frame.buffer().get(frame.offset(), bytes);
        return new SeenFrame(
                frame.timestampNanos(),
                frame.packetType(),
                frame.protocol(),
                frame.originalLength(),
                frame.capturedLength(),
                bytes);
    }
}
