// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a file that somebody asks for, by the header {@code Range} of RFC 9110.
 *
 * @param first index of the first byte
 * @param length bytes; 0 when nothing of what was asked for is in the file
 */
record ByteRange(long first, long length) {
    private static final Pattern ONE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /**
     * @param header several ranges, other units and nonsense are ignored, as the RFC allows: the whole file is sent then
     * @param size bytes of the file
     */
    static Optional<ByteRange> of(String header, long size) {
        Matcher matcher = ONE.matcher(header.strip());
        if (!matcher.matches()
                || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
            return Optional.empty();
        }
        if (matcher.group(1).isEmpty()) {
            long length = Math.min(Long.parseLong(matcher.group(2)), size);
            return Optional.of(new ByteRange(size - length, length));
        }
        long first = Long.parseLong(matcher.group(1));
        long last = matcher.group(2).isEmpty() ? size - 1 : Math.min(Long.parseLong(matcher.group(2)), size - 1);
        boolean backwards = !matcher.group(2).isEmpty() && Long.parseLong(matcher.group(2)) < first;
        return backwards ? Optional.empty() : Optional.of(new ByteRange(first, Math.max(last - first + 1, 0)));
    }

    /** For the header {@code Content-Range}. */
    String of(long size) {
        return "bytes %d-%d/%d".formatted(first, first + length - 1, size);
    }
}
