// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.Niceness;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a thread go before others of the machine, as long as it takes no more than a fourth of one CPU: a command that speaks ends
 * within milliseconds, and on a busy machine who looks at it would stand in line until it is gone. Used by one thread.
 */
final class Precedence {
    private static final Logger LOG = LoggerFactory.getLogger(Precedence.class);
    private static final long REST_FACTOR = 4;
    private static final Duration SAVED_AT_MOST = Duration.ofMillis(500);

    private final SavedTime time;
    private boolean has;
    private boolean isRefused;

    Precedence(LongSupplier nanoTime) {
        this.time = new SavedTime(REST_FACTOR, SAVED_AT_MOST, nanoTime, SavedTime.OF_THIS_THREAD);
    }

    /** Does it, as the first of all if that may be. */
    void run(Runnable work) {
        if (isRefused) {
            work.run();
            return;
        }
        take(time.isLeft());
        time.spend(() -> {
            work.run();
            return true;
        });
    }

    private void take(boolean may) {
        if (may == has) {
            return;
        }
        try {
            Niceness.set(may ? Niceness.FIRST : Niceness.USUAL);
            has = may;
        } catch (KernelException e) {
            isRefused = true;
            LOG.atDebug().addKeyValue("why", e.getMessage()).log("authors are looked up when there is time for it");
        }
    }
}
