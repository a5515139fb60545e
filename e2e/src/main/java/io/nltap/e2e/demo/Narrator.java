// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.demo;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Tells whoever watches what happens, and keeps count of what is not as it should be. */
public final class Narrator {
    private final PrintStream out;
    private final Clock clock;
    private final Instant begin;
    private final List<String> failures = new ArrayList<>();

    public Narrator(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
        this.begin = clock.instant();
    }

    public PrintStream out() {
        return out;
    }

    /** What happens now, with the seconds since the beginning. */
    public void step(String format, Object... arguments) {
        Duration since = Duration.between(begin, clock.instant());
        out.printf("[%5.1f s] %s%n", since.toMillis() / 1000.0, format.formatted(arguments));
    }

    /** More about the step. */
    public void detail(String text) {
        text.lines().forEach(line -> out.println("          " + line));
    }

    /** Something the demo promises. */
    public void check(boolean holds, String format, Object... arguments) {
        String promise = format.formatted(arguments);
        out.printf("  %s %s%n", holds ? "ok    " : "FAILED", promise);
        if (!holds) {
            failures.add(promise);
        }
    }

    /** The story cannot go on. */
    public void abandon(Exception reason) {
        String what = reason.getMessage() == null ? reason.toString() : reason.getMessage();
        check(false, "%s", what);
        if (reason instanceof RuntimeException && !(reason instanceof IllegalStateException)) {
            reason.printStackTrace(out);
        }
    }

    /** The last words: whether all promises were kept, and which were not. */
    public boolean conclude() {
        if (failures.isEmpty()) {
            step("The demo did what it promises.");
        } else {
            step("The demo FAILED:");
            failures.forEach(this::detail);
        }
        return failures.isEmpty();
    }
}
