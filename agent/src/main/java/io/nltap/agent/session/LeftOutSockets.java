// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.frame.Attribution;
import io.nltap.agent.frame.Frame;
import io.nltap.agent.frame.FrameTag;
import io.nltap.netlink.evidence.CaptureLosses.LeftOut;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts what is left out because nobody knows whose it is, by sockets: of {@value #SOCKETS} of them, those of which something
 * was left out last. Makes no object for a frame. Used by one thread.
 */
final class LeftOutSockets {
    static final int SOCKETS = 64;

    // struct nlmsghdr: the port id is the last of its 16 bytes   linux/netlink.h
    private static final int PORT_ID = 12;
    private static final int HEADER = 16;

    private final long[] sockets = new long[SOCKETS];
    private final long[] datagrams = new long[SOCKETS];
    private final long[] lastUsed = new long[SOCKETS];
    private long clock;

    /**
     * @param tag of the frame, where {@code tagged}
     * @param role of the socket; where that only heard of what others did, it is not missed
     */
    void count(Frame frame, FrameTag tag, boolean tagged, Attribution.Role role) {
        if (role == Attribution.Role.NOTIFIED) {
            return;
        }
        long portId = tagged && tag.portId() != 0 ? tag.portId() : portIdInHeader(frame);
        if (portId != 0) {
            count((long) frame.protocol() << Integer.SIZE | portId);
        }
    }

    private static long portIdInHeader(Frame frame) {
        if (frame.capturedLength() < HEADER) {
            return 0;
        }
        int inBuffer = frame.buffer().getInt(frame.offset() + PORT_ID);
        boolean isNative = frame.buffer().order() == ByteOrder.nativeOrder();
        return Integer.toUnsignedLong(isNative ? inBuffer : Integer.reverseBytes(inBuffer));
    }

    private void count(long socket) {
        int place = 0;
        for (int at = 0; at < SOCKETS; at++) {
            if (sockets[at] == socket && datagrams[at] > 0) {
                place = at;
                break;
            }
            if (lastUsed[at] < lastUsed[place]) {
                place = at;
            }
        }
        if (sockets[place] != socket) {
            sockets[place] = socket;
            datagrams[place] = 0;
        }
        datagrams[place]++;
        lastUsed[place] = ++clock;
    }

    List<LeftOut> counted() {
        List<LeftOut> counted = new ArrayList<>();
        for (int at = 0; at < SOCKETS; at++) {
            if (datagrams[at] > 0) {
                counted.add(
                        new LeftOut((int) (sockets[at] >>> Integer.SIZE), sockets[at] & 0xFFFF_FFFFL, datagrams[at]));
            }
        }
        return counted;
    }
}
