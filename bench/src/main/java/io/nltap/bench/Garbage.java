// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** What the thread that reads frames takes from the heap for each of them. */
final class Garbage {

    private static final Duration AT_MOST = Duration.ofSeconds(20);

    private Garbage() {}

    /**
     * What it takes once a second, for counting, is in the figure too.
     *
     * @param watched runs {@link WatchedRecorder}
     */
    static void print(PrintStream out, Contender watched, Load load, long frames)
            throws IOException, InterruptedException {
        try (RunningContender running = RunningContender.start(watched)) {
            load.run(frames / 2, AT_MOST);
            running.settledNanos();
            long before = running.ask();
            long done = load.run(frames, AT_MOST);
            running.settledNanos();
            long bytes = running.ask() - before;
            running.end();
            out.printf(
                    Locale.ROOT,
                    "%n%s: the thread that reads frames took %,d bytes from the heap for %,d frames, %.3f each%n",
                    watched.name(),
                    bytes,
                    done,
                    (double) bytes / done);
            out.flush();
        }
    }
}
