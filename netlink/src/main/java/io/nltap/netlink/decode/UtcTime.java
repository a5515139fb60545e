// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

/** A time as RFC 3339 has it. */
final class UtcTime {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int SECONDS_PER_DAY = 86_400;

    /** Days of 400 years: the calendar repeats after them. */
    private static final int DAYS_PER_ERA = 146_097;

    /** From 0000-03-01 to 1970-01-01. A year that begins in March has its leap day at its end. */
    private static final int EPOCH = 719_468;

    private UtcTime() {}

    /** @param nanos since 1970, may be less than 0 */
    static String format(long nanos) {
        long seconds = Math.floorDiv(nanos, NANOS_PER_SECOND);
        long days = Math.floorDiv(seconds, SECONDS_PER_DAY);
        int second = Math.floorMod(seconds, SECONDS_PER_DAY);

        long shifted = days + EPOCH;
        long era = Math.floorDiv(shifted, DAYS_PER_ERA);
        int dayOfEra = Math.floorMod(shifted, DAYS_PER_ERA);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int monthFromMarch = (5 * dayOfYear + 2) / 153; // months of 31, 30, 31, 30, 31 days, again and again
        int day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
        int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        long year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);

        return "%04d-%02d-%02dT%02d:%02d:%02d.%09dZ"
                .formatted(
                        year,
                        month,
                        day,
                        second / 3600,
                        second / 60 % 60,
                        second % 60,
                        Math.floorMod(nanos, NANOS_PER_SECOND));
    }
}
