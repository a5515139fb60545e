// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.demo;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Waits for something to become true, while something else goes on. */
final class Waiting {
    private static final long POLL_MILLIS = 200;

    private final Clock clock;
    private final Runnable meanwhile;

    /** @param meanwhile run between looks; throws when there is nothing to wait for any more */
    Waiting(Clock clock, Runnable meanwhile) {
        this.clock = clock;
        this.meanwhile = meanwhile;
    }

    /** @param what names what is waited for in the message of the exception */
    void until(String what, BooleanSupplier done, Duration timeout) throws InterruptedException, TimeoutException {
        Instant begin = clock.instant();
        while (!done.getAsBoolean()) {
            meanwhile.run();
            if (Duration.between(begin, clock.instant()).compareTo(timeout) > 0) {
                throw new TimeoutException("waited %d s in vain for %s".formatted(timeout.toSeconds(), what));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }
}
