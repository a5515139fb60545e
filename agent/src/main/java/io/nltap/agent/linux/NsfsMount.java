// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network namespace kept by a mount, from a line of {@code /proc/PID/mountinfo} (proc(5)).
 *
 * @param mountPoint absolute, as seen from the root of the process
 */
record NsfsMount(long inode, String mountPoint) {

    // 36 35 0:4 net:[4026532254] /run/netns/blue rw shared:1 - nsfs nsfs rw
    private static final Pattern LINE = Pattern.compile("\\d+ \\d+ \\d+:\\d+ net:\\[(\\d+)\\] (\\S+) .* - nsfs .*");

    /** Space, tab, newline and backslash are written as a backslash and three octal digits. */
    private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");

    static Optional<NsfsMount> parse(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String mountPoint = ESCAPE.matcher(matcher.group(2))
                .replaceAll(escape ->
                        Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(escape.group(1), 8))));
        return Optional.of(new NsfsMount(Long.parseUnsignedLong(matcher.group(1)), mountPoint));
    }

    /** The mount point below {@code /proc/PID/root}. */
    Path under(Path root) {
        return Path.of(root + mountPoint);
    }
}
