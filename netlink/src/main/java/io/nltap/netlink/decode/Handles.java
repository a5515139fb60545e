// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

/** Handles of queueing disciplines and classes: {@code TC_H_*} of {@code linux/pkt_sched.h}. */
final class Handles {
    private static final long ROOT = 0xFFFF_FFFFL;
    private static final long INGRESS = 0xFFFF_FFF1L;
    private static final int MINOR_BITS = 16;

    private Handles() {}

    /** As tc(8) writes them: {@code 1:}, {@code 1:10}, {@code root}. */
    static String text(long handle) {
        if (handle == 0) {
            return "none";
        }
        if (handle == ROOT) {
            return "root";
        }
        if (handle == INGRESS) {
            return "ingress";
        }
        long minor = handle & 0xFFFF;
        return Long.toHexString(handle >>> MINOR_BITS) + ":" + (minor == 0 ? "" : Long.toHexString(minor));
    }
}
