// SPDX-License-Identifier: Apache-2.0
package io.nltap.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Shows how a recording goes: on a terminal one line that changes, elsewhere a line now and then. For any thread. */
final class Progress {

    /**
     * What is to be seen.
     *
     * @param elapsed since the first tap was open
     * @param authors names and how many datagrams of theirs were written, most first
     */
    record View(Duration elapsed, long datagrams, long messages, long bytes, long dropped, List<Share> authors) {}

    record Share(String author, long datagrams) {}

    private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(10);
    private static final int WIDTH = 110;
    private static final int AUTHORS = 4;
    private static final String TO_LINE_START = "\r";
    private static final String ERASE_TO_LINE_END = "\u001b[K";

    private final PrintWriter out;
    private final boolean terminal;
    private Duration next = PLAIN_INTERVAL;
    private boolean lineOpen;

    Progress(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Whether it is time to show something: there is no need to gather what nobody sees. */
    boolean isDue(Duration elapsed) {
        return terminal || elapsed.compareTo(next) >= 0;
    }

    /** To be called about once a second. */
    synchronized void show(View view) {
        if (terminal) {
            String line = line(view);
            out.print(TO_LINE_START + line.substring(0, Math.min(line.length(), WIDTH)) + ERASE_TO_LINE_END);
            lineOpen = true;
        } else if (isDue(view.elapsed())) {
            out.println(line(view));
            next = view.elapsed().plus(PLAIN_INTERVAL);
        }
        out.flush();
    }

    /** The line that changes ends, and what follows stands below it. */
    synchronized void end() {
        if (lineOpen) {
            out.println();
            out.flush();
            lineOpen = false;
        }
    }

    static String line(View view) {
        long seconds = view.elapsed().toSeconds();
        String authors = view.authors().stream()
                .limit(AUTHORS)
                .map(share -> share.author() + " " + number(share.datagrams()))
                .collect(Collectors.joining(", "));
        int others = view.authors().size() - AUTHORS;
        return "%d:%02d  %s messages in %s datagrams, %s, %s dropped%s%s"
                .formatted(
                        seconds / 60,
                        seconds % 60,
                        number(view.messages()),
                        number(view.datagrams()),
                        ByteCount.describe(view.bytes()),
                        number(view.dropped()),
                        authors.isEmpty() ? "" : "; " + authors,
                        others > 0 ? ", %d more".formatted(others) : "");
    }

    static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
