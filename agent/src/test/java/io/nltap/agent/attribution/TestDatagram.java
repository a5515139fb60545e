// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.Frame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A datagram of one message. */
final class TestDatagram implements Frame {
    static final int ROUTE = 0;
    static final int NETFILTER = 12;
    static final int GENERIC = 16;

    static final int RTM_NEWLINK = 16;
    static final int RTM_GETLINK = 18;
    static final int RTM_NEWADDR = 20;
    static final int RTM_NEWNEIGH = 28;
    static final int NLMSG_ERROR = 2;

    static final int REQUEST = 1;
    static final int REQUEST_ACK = 5;

    private static final int HEADER = 16;
    private static final long TIME = 1_700_000_000_000_000_000L;

    private final int protocol;
    private final ByteBuffer bytes;

    TestDatagram(int protocol, int type, int flags, int sequence, long portId, byte... payload) {
        this.protocol = protocol;
        this.bytes = ByteBuffer.allocateDirect(HEADER + payload.length).order(ByteOrder.nativeOrder());
        bytes.putInt(HEADER + payload.length)
                .putShort((short) type)
                .putShort((short) flags)
                .putInt(sequence)
                .putInt((int) portId)
                .put(payload)
                .clear();
    }

    @Override
    public long timestampNanos() {
        return TIME;
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
        return bytes.capacity();
    }

    @Override
    public int capturedLength() {
        return bytes.capacity();
    }

    @Override
    public ByteBuffer buffer() {
        return bytes;
    }

    @Override
    public int offset() {
        return 0;
    }
}
