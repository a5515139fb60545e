// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.dialog;

import io.nltap.netlink.pcapng.CapturedPacket;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A notification reaches the tap once for each of its listeners: the same bytes, one after the other. */
final class Copies {
    private static final long AT_ONCE_NANOS = 10_000_000L;

    private @Nullable ByteBuffer last;
    private long lastNanos;
    private int lastProtocol = -1;
    private String lastPlace = "";

    /** Whether the datagram at hand is a copy. */
    boolean skip;

    /** Whether all copies until now were of those that are in no capture. */
    boolean isOfNobody;

    boolean isCopy(CapturedPacket packet) {
        ByteBuffer bytes = packet.datagram();
        boolean same = last != null
                && packet.protocol() == lastProtocol
                && packet.captureInterface().name().equals(lastPlace)
                && packet.timestampNanos() - lastNanos < AT_ONCE_NANOS
                && last.equals(bytes);
        if (!same) {
            ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
            copy.put(0, bytes, bytes.position(), bytes.remaining());
            last = copy;
        }
        lastProtocol = packet.protocol();
        lastPlace = packet.captureInterface().name();
        lastNanos = packet.timestampNanos();
        return same;
    }
}
