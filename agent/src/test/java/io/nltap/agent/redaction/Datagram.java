// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.redaction;

import io.nltap.agent.frame.Frame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A netlink datagram in the making, then a captured frame of it. */
final class Datagram implements Frame {

    static final int XFRM = 6;
    static final int GENERIC = 16;
    static final int SOCK_DIAG = 4;

    private static final int OFFSET = 24; // as in a ring, a frame does not begin with its buffer

    private final int protocol;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 16).order(ByteOrder.nativeOrder());
    private int message;
    private int captured = -1;

    Datagram(int protocol) {
        this.protocol = protocol;
        bytes.position(OFFSET);
    }

    Datagram message(int type, int flags) {
        message = bytes.position();
        bytes.putInt(16)
                .putShort((short) type)
                .putShort((short) flags)
                .putInt(7)
                .putInt(0);
        return this;
    }

    Datagram raw(byte... content) {
        bytes.put(content);
        return close();
    }

    Datagram zeros(int count) {
        return raw(new byte[count]);
    }

    Datagram generic(int command) {
        return raw((byte) command, (byte) 1, (byte) 0, (byte) 0);
    }

    Datagram attribute(int type, byte... content) {
        bytes.putShort((short) (4 + content.length)).putShort((short) type).put(content);
        while (bytes.position() % 4 != 0) {
            bytes.put((byte) 0);
        }
        return close();
    }

    /** Says that the message is longer or shorter than it is. */
    Datagram claim(int length) {
        bytes.putInt(message, length);
        return this;
    }

    private Datagram close() {
        bytes.putInt(message, bytes.position() - message);
        return this;
    }

    Datagram capture(int length) {
        captured = length;
        return this;
    }

    byte[] content() {
        byte[] copy = new byte[bytes.position() - OFFSET];
        bytes.get(OFFSET, copy);
        return copy;
    }

    /** An attribute inside of another. */
    static byte[] nested(int type, byte... content) {
        ByteBuffer nest = ByteBuffer.allocate(4 + (content.length + 3 & ~3)).order(ByteOrder.nativeOrder());
        nest.putShort((short) (4 + content.length)).putShort((short) type).put(content);
        return nest.array();
    }

    static byte[] join(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(part -> part.length).sum());
        Arrays.stream(parts).forEach(all::put);
        return all.array();
    }

    @Override
    public long timestampNanos() {
        return 0;
    }

    @Override
    public int packetType() {
        return 4;
    }

    @Override
    public int protocol() {
        return protocol;
    }

    @Override
    public int hash() {
        return 0;
    }

    @Override
    public int originalLength() {
        return bytes.position() - OFFSET;
    }

    @Override
    public int capturedLength() {
        return captured < 0 ? originalLength() : captured;
    }

    @Override
    public ByteBuffer buffer() {
        return bytes;
    }

    @Override
    public int offset() {
        return OFFSET;
    }
}
