// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

/** Addresses in words. */
final class Addresses {
    static final int IPV4 = 4;
    static final int IPV6 = 16;

    private static final int GROUPS = 8;
    private static final String DIGITS = "0123456789abcdef";

    private Addresses() {}

    /** @param length {@link #IPV4} or {@link #IPV6} */
    static String ip(Reading reading, int offset, int length) {
        StringBuilder out = new StringBuilder(length == IPV4 ? 15 : 39);
        if (length == IPV4) {
            putIpv4(out, reading, offset);
        } else {
            putIpv6(out, reading, offset);
        }
        return out.toString();
    }

    /** As {@code 02:00:00:00:00:01}. */
    static String link(Reading reading, int offset, int length) {
        StringBuilder out = new StringBuilder(length * 3);
        for (int i = 0; i < length; i++) {
            int octet = reading.u8(offset + i);
            if (i > 0) {
                out.append(':');
            }
            out.append(DIGITS.charAt(octet >> 4)).append(DIGITS.charAt(octet & 0xF));
        }
        return out.toString();
    }

    /**
     * As {@code 100/200}.
     *
     * <pre>
     *   label 20 bits | traffic class 3 | bottom of stack 1 | time to live 8     RFC 3032
     * </pre>
     */
    static String labels(Reading reading, int offset, int length) {
        StringBuilder out = new StringBuilder();
        for (int at = offset; at < offset + length; at += Integer.BYTES) {
            int label = reading.u8(at) << 12 | reading.u8(at + 1) << 4 | reading.u8(at + 2) >> 4;
            if (at > offset) {
                out.append('/');
            }
            out.append(label);
        }
        return out.toString();
    }

    private static void putIpv4(StringBuilder out, Reading reading, int offset) {
        for (int i = 0; i < IPV4; i++) {
            if (i > 0) {
                out.append('.');
            }
            out.append(reading.u8(offset + i));
        }
    }

    /** RFC 5952: the longest run of zeros, the first of those, if it is of two groups or more, is {@code ::}. */
    private static void putIpv6(StringBuilder out, Reading reading, int offset) {
        int best = -1;
        int bestLength = 1;
        for (int i = 0; i < GROUPS; i++) {
            int run = i;
            while (run < GROUPS && group(reading, offset, run) == 0) {
                run++;
            }
            if (run - i > bestLength) {
                best = i;
                bestLength = run - i;
            }
            i = Math.max(i, run - 1);
        }
        boolean isMapped = best == 0 && bestLength == 5 && group(reading, offset, 5) == 0xFFFF;
        for (int i = 0; i < GROUPS; i++) {
            if (i == best) {
                out.append("::");
                i += bestLength - 1;
            } else if (isMapped && i == GROUPS - 2) {
                out.append(':');
                putIpv4(out, reading, offset + IPV6 - IPV4);
                return;
            } else {
                if (i > 0 && out.charAt(out.length() - 1) != ':') {
                    out.append(':');
                }
                out.append(Integer.toHexString(group(reading, offset, i)));
            }
        }
    }

    private static int group(Reading reading, int offset, int index) {
        return reading.u8(offset + 2 * index) << 8 | reading.u8(offset + 2 * index + 1);
    }
}
