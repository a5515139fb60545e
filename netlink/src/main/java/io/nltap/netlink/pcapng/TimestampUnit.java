// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.util.Optional;

/**
 * What one tick of a timestamp is, from {@code if_tsresol}: 10 or 2 to the power of {@code -exponent} seconds.
 *
 * @param offsetSeconds {@code if_tsoffset}: to be added
 */
record TimestampUnit(boolean isBinary, int exponent, long offsetSeconds) {

    /** Without {@code if_tsresol}. */
    static final TimestampUnit MICROSECONDS = new TimestampUnit(false, 6, 0);

    static final TimestampUnit NANOSECONDS = new TimestampUnit(false, 9, 0);

    private static final int BINARY = 0x80;
    private static final int MAX_DECIMAL = 18; // 10^18 fits a long
    private static final int MAX_BINARY = 63;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** Empty when no clock can tick like that. */
    static Optional<TimestampUnit> of(int tsresol, long offsetSeconds) {
        boolean isBinary = (tsresol & BINARY) != 0;
        int exponent = tsresol & ~BINARY & 0xFF;
        return exponent > (isBinary ? MAX_BINARY : MAX_DECIMAL)
                ? Optional.empty()
                : Optional.of(new TimestampUnit(isBinary, exponent, offsetSeconds));
    }

    /**
     * @param ticks unsigned
     * @return nanoseconds since the epoch, rounded down; the largest or smallest long when they are out of its range,
     *     which is the years 1677 to 2262
     */
    long toNanos(long ticks) {
        if (!isBinary && exponent == 9 && offsetSeconds == 0 && ticks >= 0) {
            return ticks;
        }
        long seconds;
        long nanos;
        if (isBinary) {
            seconds = ticks >>> exponent;
            long fraction = exponent == 0 ? 0 : ticks & -1L >>> (64 - exponent);
            // fraction < 2^exponent: high and low word of the product, shifted right
            long high = Math.multiplyHigh(fraction, NANOS_PER_SECOND);
            long low = fraction * NANOS_PER_SECOND;
            nanos = exponent == 0 ? 0 : high << (64 - exponent) | low >>> exponent;
        } else {
            long perSecond = power10(exponent);
            seconds = Long.divideUnsigned(ticks, perSecond);
            long fraction = Long.remainderUnsigned(ticks, perSecond);
            nanos = exponent <= 9 ? fraction * power10(9 - exponent) : fraction / power10(exponent - 9);
        }
        if (seconds < 0) { // more than 2^63: only with an exponent of 0
            return Long.MAX_VALUE;
        }
        return saturated(seconds, nanos);
    }

    private long saturated(long seconds, long nanos) {
        try {
            return Math.addExact(Math.multiplyExact(Math.addExact(seconds, offsetSeconds), NANOS_PER_SECOND), nanos);
        } catch (ArithmeticException e) { // too far from the epoch, either way
            return offsetSeconds < 0 && seconds < -(offsetSeconds + 1) ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    private static long power10(int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= 10;
        }
        return power;
    }
}
