// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.redaction;

/**
 * How long the fixed part of a message of NETLINK_XFRM is, the structures of linux/xfrm.h. A process of 32 bits on a kernel
 * of 64 sends some of them 4 or 8 bytes shorter, as its compiler aligns 64-bit numbers otherwise (net/xfrm/xfrm_compat.c).
 */
final class XfrmHeaders {

    static final int UNKNOWN = -1;

    private static final int FIRST = 16; // XFRM_MSG_NEWSA

    // NEWSA, DELSA, GETSA, NEWPOLICY, DELPOLICY, GETPOLICY, ALLOCSPI, ACQUIRE, EXPIRE, UPDPOLICY, UPDSA, POLEXPIRE,
    // FLUSHSA,
    // FLUSHPOLICY, NEWAE, GETAE, REPORT, MIGRATE, NEWSADINFO, GETSADINFO, NEWSPDINFO, GETSPDINFO, MAPPING, SETDEFAULT,
    // GETDEFAULT
    private static final int[] USUAL = {
        224, 24, 24, 168, 64, 64, 232, 280, 232, 168, 224, 176, 4, 0, 48, 48, 60, 64, 4, 4, 4, 4, 64, 4, 4
    };
    private static final int[] COMPAT = {
        220, 24, 24, 164, 64, 64, 228, 276, 224, 164, 220, 168, 4, 0, 48, 48, 60, 64, 4, 4, 4, 4, 64, 4, 4
    };

    private XfrmHeaders() {}

    /** With the padding behind it; {@link #UNKNOWN} for types that came later than this was written. */
    static int length(int type, boolean compat) {
        int index = type - FIRST;
        if (index < 0 || index >= USUAL.length) {
            return UNKNOWN;
        }
        return compat ? COMPAT[index] : USUAL[index];
    }
}
