// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times of one capture, in UTC: with the date only where a reader could doubt it. */
final class CaptureTime {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final DateTimeFormatter TIME = formatter("HH:mm:ss.SSS");
    private static final DateTimeFormatter DATE_AND_TIME = formatter("yyyy-MM-dd HH:mm:ss.SSS");
    private static final DateTimeFormatter DATE = formatter("yyyy-MM-dd");

    private final String day;

    /** @param from when the capture begins: times of that day go without the date */
    CaptureTime(long from) {
        this.day = DATE.format(instant(from));
    }

    String of(long nanos) {
        Instant instant = instant(nanos);
        return (DATE.format(instant).equals(day) ? TIME : DATE_AND_TIME).format(instant);
    }

    String withDate(long nanos) {
        return DATE_AND_TIME.format(instant(nanos));
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS_PER_SECOND), Math.floorMod(nanos, NANOS_PER_SECOND));
    }

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }
}
