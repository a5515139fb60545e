// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A duration as people write it: {@code 10s}, {@code 1m30s}, {@code 500ms}. */
record TimeSpan(Duration duration) {

    private static final Pattern TEXT =
            Pattern.compile("(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,9})s)?(?:([0-9]{1,9})ms)?");

    /** @throws IllegalArgumentException with a sentence for people */
    static TimeSpan parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (text.isEmpty() || !matcher.matches()) {
            throw new IllegalArgumentException(
                    "'%s' is no duration: write it like 10s, 1m30s or 500ms".formatted(text));
        }
        Duration duration = Duration.ofHours(number(matcher.group(1)))
                .plusMinutes(number(matcher.group(2)))
                .plusSeconds(number(matcher.group(3)))
                .plusMillis(number(matcher.group(4)));
        if (duration.isZero()) {
            throw new IllegalArgumentException("'%s' is no time at all: ask for 1s or more".formatted(text));
        }
        return new TimeSpan(duration);
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
