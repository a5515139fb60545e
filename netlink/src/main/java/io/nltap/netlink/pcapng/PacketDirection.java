// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

/** Bits 0 and 1 of {@code epb_flags}, seen from the process: out to the kernel, in from it. */
public enum PacketDirection {
    UNKNOWN,
    /** To a socket of a process. */
    INBOUND,
    /** To the kernel. */
    OUTBOUND;

    private static final int MASK = 0b11;

    int bits() {
        return ordinal();
    }

    static PacketDirection of(long flags) {
        int bits = (int) (flags & MASK);
        return bits == OUTBOUND.bits() ? OUTBOUND : bits == INBOUND.bits() ? INBOUND : UNKNOWN;
    }
}
