// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import java.math.BigInteger;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes as people write it: {@code 64Mi}, {@code 1G}, {@code 65536}. The units are those of Kubernetes. */
record ByteCount(long bytes) {

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,18})([kMGT]?i?)");
    private static final Map<String, Long> UNITS = Map.of(
            "", 1L,
            "k", 1_000L,
            "M", 1_000_000L,
            "G", 1_000_000_000L,
            "T", 1_000_000_000_000L,
            "Ki", 1L << 10,
            "Mi", 1L << 20,
            "Gi", 1L << 30,
            "Ti", 1L << 40);

    /** @throws IllegalArgumentException with a sentence for people */
    static ByteCount parse(String text) {
        Matcher matcher = TEXT.matcher(text.replace("Ki", "ki"));
        String unit = matcher.matches() ? matcher.group(2).replace("ki", "Ki") : "?";
        Long factor = UNITS.get(unit);
        if (factor == null) {
            throw new IllegalArgumentException(
                    "'%s' is no number of bytes: write it like 64Mi, 1Gi or 500M".formatted(text));
        }
        BigInteger bytes = new BigInteger(matcher.group(1)).multiply(BigInteger.valueOf(factor));
        if (bytes.bitLength() > 62) {
            throw new IllegalArgumentException("'%s' is more than any disk holds".formatted(text));
        }
        return new ByteCount(bytes.longValueExact());
    }

    @Override
    public String toString() {
        return describe(bytes);
    }

    /** In the largest unit that leaves at least one, with one decimal. */
    static String describe(long bytes) {
        if (bytes < 1 << 10) {
            return bytes + " B";
        }
        String units = "KMGT";
        int unit = Math.min(units.length(), (63 - Long.numberOfLeadingZeros(bytes)) / 10);
        long tenths = bytes / (1L << (10 * unit)) * 10 + bytes % (1L << (10 * unit)) * 10 / (1L << (10 * unit));
        return "%d.%d %ciB".formatted(tenths / 10, tenths % 10, units.charAt(unit - 1));
    }
}
