// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.frame.Frame;
import io.nltap.agent.frame.FrameSink;
import io.nltap.agent.frame.FrameSource;
import io.nltap.agent.frame.SourceLostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Queue;

/** A tap whose frames are put in by the test. */
final class FakeSource implements FrameSource {
    private final Queue<ByteBuffer> frames = new ArrayDeque<>();
    private long dropped;
    private boolean lost;

    /** A datagram of so many messages, each of 16 bytes and the payload. */
    FakeSource message(int messages, int payload) {
        ByteBuffer datagram = ByteBuffer.allocate(messages * (16 + payload)).order(ByteOrder.nativeOrder());
        for (int i = 0; i < messages; i++) {
            datagram.putInt(i * (16 + payload), 16 + payload);
        }
        frames.add(datagram);
        return this;
    }

    void drop(int count) {
        dropped += count;
    }

    void lose() {
        lost = true;
    }

    @Override
    public int fd() {
        throw new UnsupportedOperationException("nobody polls here");
    }

    @Override
    public int drain(FrameSink sink) throws SourceLostException {
        sink.beginBatch();
        int count = frames.size();
        for (ByteBuffer datagram = frames.poll(); datagram != null; datagram = frames.poll()) {
            sink.accept(new Datagram(datagram));
        }
        if (lost) {
            throw new SourceLostException("the tap is gone");
        }
        return count;
    }

    @Override
    public int drainLast(FrameSink sink) throws SourceLostException {
        return drain(sink);
    }

    @Override
    public long dropped() {
        return dropped;
    }

    @Override
    public void close() {
        frames.clear();
    }

    private record Datagram(ByteBuffer buffer) implements Frame {
        @Override
        public long timestampNanos() {
            return 1_700_000_000_000_000_000L;
        }

        @Override
        public int packetType() {
            return 4;
        }

        @Override
        public int protocol() {
            return 0;
        }

        @Override
        public int hash() {
            return 0;
        }

        @Override
        public int originalLength() {
            return buffer.capacity();
        }

        @Override
        public int capturedLength() {
            return buffer.capacity();
        }

        @Override
        public int offset() {
            return 0;
        }
    }
}
