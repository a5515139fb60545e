// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.nio.ByteBuffer;

/**
 * One netlink datagram of a file.
 *
 * @param timestampNanos since the epoch
 * @param packetType {@code sll_pkttype}
 * @param protocol netlink protocol, {@code NETLINK_ROUTE} = 0 and so on
 * @param originalLength bytes that the datagram had, without cooked header; at least what was captured
 * @param datagram what was captured of it; read-only, in the byte order of the file, which is that of the machine on
 *     which it was captured
 * @param direction as the file tells it
 * @param comment the first comment on the packet; empty when there is none
 */
public record CapturedPacket(
        CaptureInterface captureInterface,
        long timestampNanos,
        int packetType,
        int protocol,
        long originalLength,
        ByteBuffer datagram,
        PacketDirection direction,
        String comment) {}
