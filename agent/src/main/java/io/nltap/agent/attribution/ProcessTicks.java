// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.ProcessIdentity;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Puts the starts of processes, which /proc counts in hundredths of a second since the machine started, on the clock of the
 * tags. The two differ by the time the machine was asleep.
 */
final class ProcessTicks {
    private static final long NANOS_PER_TICK = 10_000_000;

    /** Both readings are rounded. */
    private static final long SLACK_NANOS = 2 * NANOS_PER_TICK;

    private final long offsetNanos;

    private ProcessTicks(long offsetNanos) {
        this.offsetNanos = offsetNanos;
    }

    /** @param nanos {@code CLOCK_MONOTONIC}, now */
    static ProcessTicks of(Path proc, long nanos) throws IOException {
        String uptime = Files.readString(proc.resolve("uptime"));
        try {
            long boot = new BigDecimal(uptime.substring(0, uptime.indexOf(' ')))
                    .movePointRight(9)
                    .longValue();
            long offset = nanos - boot;
            // Within the rounding it is most likely none at all: the machine was never asleep.
            return new ProcessTicks(Math.abs(offset) <= SLACK_NANOS ? 0 : offset);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new IOException(proc.resolve("uptime") + " has no number: " + uptime, e);
        }
    }

    long startNanos(ProcessIdentity process) {
        return process.startTicks() * NANOS_PER_TICK + offsetNanos;
    }

    long latestStartNanos(ProcessIdentity process) {
        return startNanos(process) + (offsetNanos == 0 ? NANOS_PER_TICK : SLACK_NANOS);
    }

    /** Whether it had started by then. */
    boolean mayHaveLived(ProcessIdentity process, long nanos) {
        return startNanos(process) - SLACK_NANOS - nanos <= 0;
    }
}
