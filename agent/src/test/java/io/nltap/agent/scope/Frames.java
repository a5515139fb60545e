// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.scope;

import io.nltap.agent.frame.Frame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A frame that the test puts together. */
record Frames(int protocol, ByteBuffer buffer, int capturedLength, int originalLength, long timestampNanos)
        implements Frame {

    static final long T0 = 1_750_000_000_000_000_000L;

    /** One message with a payload of four bytes. */
    static Frames message(int protocol, int type) {
        return messages(protocol, type);
    }

    /** Messages with a payload of four bytes each, the first of which is 7. */
    static Frames messages(int protocol, int... types) {
        ByteBuffer bytes = ByteBuffer.allocate(20 * types.length).order(ByteOrder.nativeOrder());
        for (int type : types) {
            bytes.putInt(20)
                    .putShort((short) type)
                    .putShort((short) 1)
                    .putInt(17)
                    .putInt(0)
                    .putInt(7);
        }
        return new Frames(protocol, bytes, bytes.capacity(), bytes.capacity(), T0);
    }

    /** {@code NLMSG_ERROR} with the header of a request of that type. */
    static Frames answerTo(int protocol, int type) {
        ByteBuffer bytes = ByteBuffer.allocate(36).order(ByteOrder.nativeOrder());
        bytes.putInt(36)
                .putShort((short) 2)
                .putShort((short) 0x100)
                .putInt(17)
                .putInt(4711)
                .putInt(0);
        bytes.putInt(28).putShort((short) type).putShort((short) 5).putInt(17).putInt(0);
        return new Frames(protocol, bytes, 36, 36, T0);
    }

    Frames at(long nanos) {
        return new Frames(protocol, buffer, capturedLength, originalLength, nanos);
    }

    Frames cutTo(int length) {
        return new Frames(protocol, buffer, length, originalLength, timestampNanos);
    }

    @Override
    public int packetType() {
        return 4;
    }

    @Override
    public int hash() {
        return 0;
    }

    @Override
    public int offset() {
        return 0;
    }
}
