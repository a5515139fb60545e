// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names one running {@code nltap record} among all that ever ran since the machine started: what it makes carries this
 * mark, so that it can be told whether somebody still needs it.
 *
 * @param startTicks field 22 of proc(5)'s stat
 */
record RecorderMark(int pid, long startTicks) {

    private static final Pattern TEXT = Pattern.compile("record-([0-9]{1,9})-([0-9]{1,18})");
    private static final int START_TIME = 22 - 3; // counted from the field after the name

    static RecorderMark ofSelf(Path proc) throws IOException {
        int pid =
                Integer.parseInt(proc.resolve("self").toRealPath().getFileName().toString());
        return new RecorderMark(pid, startOf(proc, pid));
    }

    static Optional<RecorderMark> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(new RecorderMark(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }

    boolean isAlive(Path proc) {
        try {
            return startOf(proc, pid) == startTicks;
        } catch (IOException | RuntimeException gone) {
            return false;
        }
    }

    private static long startOf(Path proc, int pid) throws IOException {
        String stat = Files.readString(proc.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[START_TIME]);
    }

    @Override
    public String toString() {
        return "record-%d-%d".formatted(pid, startTicks);
    }
}
