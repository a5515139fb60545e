// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.segment;

import io.nltap.agent.frame.Frame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A frame somewhere in a buffer, as a ring would lend it; the same object for one frame after the other. */
public final class TestFrame implements Frame {
    private static final int OFFSET = 82; // tp_mac of a packet ring is no multiple of anything
    private static final int HEADER = 16;

    private final ByteBuffer buffer;
    private long timestampNanos;
    private int capturedLength;
    private int originalLength;

    public TestFrame(int maxLength) {
        buffer = ByteBuffer.allocateDirect(OFFSET + maxLength).order(ByteOrder.nativeOrder());
    }

    /** Messages of equal length that fill the datagram; each has its index as sequence number. */
    public TestFrame of(long timestamp, int messages, int messageLength) {
        return of(timestamp, messages, messageLength, (short) 18);
    }

    /** The same, of that type. */
    public TestFrame of(long timestamp, int messages, int messageLength, short type) {
        timestampNanos = timestamp;
        capturedLength = messages * messageLength;
        originalLength = capturedLength;
        for (int i = 0; i < messages; i++) {
            int at = OFFSET + i * messageLength;
            buffer.putInt(at, messageLength).putShort(at + 4, type).putShort(at + 6, (short) 1);
            buffer.putInt(at + 8, i).putInt(at + 12, 0);
            for (int b = at + HEADER; b < at + messageLength; b++) {
                buffer.put(b, (byte) b);
            }
        }
        return this;
    }

    /** The port id in the header of the first message. */
    public TestFrame withPortId(long portId) {
        buffer.putInt(OFFSET + 12, (int) portId);
        return this;
    }

    public TestFrame withOriginalLength(int length) {
        originalLength = length;
        return this;
    }

    public byte[] bytes() {
        byte[] bytes = new byte[capturedLength];
        buffer.get(OFFSET, bytes);
        return bytes;
    }

    @Override
    public long timestampNanos() {
        return timestampNanos;
    }

    @Override
    public int packetType() {
        return 4;
    }

    @Override
    public int protocol() {
        return 15;
    }

    @Override
    public int hash() {
        return 0;
    }

    @Override
    public int originalLength() {
        return originalLength;
    }

    @Override
    public int capturedLength() {
        return capturedLength;
    }

    @Override
    public ByteBuffer buffer() {
        return buffer;
    }

    @Override
    public int offset() {
        return OFFSET;
    }
}
