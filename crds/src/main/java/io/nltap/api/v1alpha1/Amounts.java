// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The durations and byte counts of a spec, which the API server has checked against the patterns here. */
public final class Amounts {
    /** CEL: continues the name of a string, and says whether it is a duration; {@code duration()} fails on others. */
    static final String MATCHES_DURATION =
            ".matches('^([0-9]{1,6}h([0-9]{1,6}m)?([0-9]{1,6}s)?|[0-9]{1,6}m([0-9]{1,6}s)?|[0-9]{1,6}s)$')";

    /** CEL: likewise, for times that may be shorter than a second. */
    static final String MATCHES_SHORT_DURATION = ".matches('^[0-9]{1,6}(ms|s|m)$')";

    /** CEL: continues the name of a string, and says whether it is a number of bytes; {@code quantity()} takes more. */
    static final String MATCHES_BYTES = ".matches('^[0-9]{1,12}(Ki|Mi|Gi)?$')";

    private static final String BYTES_PATTERN = "[0-9]{1,12}(Ki|Mi|Gi)?";
    private static final Pattern DURATION = Pattern.compile("(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,6})s)?");

    private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,6})(ms|s|m)");

    private Amounts() {}

    /**
     * @param text such as {@code 90s}, {@code 5m} or {@code 1h30m}
     * @throws IllegalArgumentException when it is none
     */
    public static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (text.isEmpty() || !matcher.matches()) {
            throw new IllegalArgumentException("'%s' is no duration such as 90s, 5m or 1h30m".formatted(text));
        }
        return Duration.ofHours(number(matcher, 1))
                .plusMinutes(number(matcher, 2))
                .plusSeconds(number(matcher, 3));
    }

    /**
     * @param text such as {@code 500ms}, {@code 5s} or {@code 2m}
     * @throws IllegalArgumentException when it is none
     */
    public static Duration shortDuration(String text) {
        Matcher matcher = SHORT_DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'%s' is no duration such as 500ms, 5s or 2m".formatted(text));
        }
        long number = number(matcher, 1);
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            default -> Duration.ofMinutes(number);
        };
    }

    /**
     * @param text such as {@code 1048576}, {@code 512Ki}, {@code 16Mi} or {@code 1Gi}
     * @throws IllegalArgumentException when it is none
     */
    public static long bytes(String text) {
        if (!text.matches(BYTES_PATTERN)) {
            throw new IllegalArgumentException("'%s' is no number of bytes such as 512Ki, 16Mi or 1Gi".formatted(text));
        }
        return Quantity.getAmountInBytes(new Quantity(text)).longValueExact();
    }

    private static long number(Matcher matcher, int group) {
        String digits = matcher.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
