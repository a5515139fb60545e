// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import java.util.Locale;

/** Numbers as people read them: with the unit that fits, and no more digits than tell something. */
final class Quantity {
    private static final long MICRO = 1_000L;
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;

    private Quantity() {}

    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** Such as {@code 1 request} or {@code 17 requests}. */
    static String count(long count, String one, String many) {
        return count(count) + ' ' + (count == 1 ? one : many);
    }

    static String bytes(long bytes) {
        if (bytes < 10_000) {
            return count(bytes) + " B";
        }
        return bytes < 10_000_000 ? scaled(bytes, 1_000, "kB") : scaled(bytes, 1_000_000, "MB");
    }

    /** @param nanos not negative */
    static String duration(long nanos) {
        if (nanos < MICRO) {
            return nanos + " ns";
        }
        if (nanos < MILLI) {
            return scaled(nanos, MICRO, "µs");
        }
        if (nanos < SECOND) {
            return scaled(nanos, MILLI, "ms");
        }
        if (nanos < MINUTE) {
            return scaled(nanos, SECOND, "s");
        }
        if (nanos < HOUR) {
            return "%d min %d s".formatted(nanos / MINUTE, nanos % MINUTE / SECOND);
        }
        return "%d h %d min".formatted(nanos / HOUR, nanos % HOUR / MINUTE);
    }

    private static String scaled(long value, long unit, String name) {
        double scaled = (double) value / unit;
        return String.format(Locale.ROOT, scaled < 10 ? "%.1f %s" : "%,.0f %s", scaled, name);
    }
}
