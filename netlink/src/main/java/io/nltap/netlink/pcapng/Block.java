// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.nio.ByteBuffer;

/** A pcapng block that is written rarely. Packets have {@link EnhancedPacket}, which makes no objects. */
public sealed interface Block permits SectionHeader, InterfaceDescription, InterfaceStatistics {

    /** Bytes that {@link #putInto} writes; a multiple of 4. */
    int length();

    /**
     * Writes the block at the buffer's position, in the buffer's byte order. The order must be the same for all blocks
     * of a file, and that of the machine on which the packets are captured: netlink is in host byte order, and a reader
     * on another machine has only the file's byte order to tell it which.
     *
     * @throws java.nio.BufferOverflowException when fewer than {@link #length} bytes remain
     */
    void putInto(ByteBuffer out);
}
