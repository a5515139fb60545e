// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.Niceness;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a thread go before others as long as it takes no more than a fourth of one CPU: a command that speaks ends within
 * milliseconds, and on a busy machine who looks at it would stand in line until it is gone. What has time goes before others,
 * too, or it would keep what is urgent waiting. Used by one thread, but for {@link #allow}.
 */
final class Precedence {
    private static final Logger LOG = LoggerFactory.getLogger(Precedence.class);
    private static final long REST_FACTOR = 4;

    /** What others, among them who empties the rings, have to wait at most at a time. */
    private static final Duration SAVED_AT_MOST = Duration.ofMillis(150);

    private final SavedTime time;
    private volatile boolean allowed;
    private boolean has;
    private int usual;

    Precedence(LongSupplier nanoTime) {
        this.time = new SavedTime(REST_FACTOR, SAVED_AT_MOST, nanoTime, SavedTime.OF_THIS_THREAD);
    }

    /** There is work from now on for which it matters. */
    void allow() {
        allowed = true;
    }

    /** Does it, as the first of all if that may be. */
    void run(Runnable work) {
        if (!allowed) {
            work.run();
            return;
        }
        take(time.isLeft());
        time.spend(() -> {
            work.run();
            return has;
        });
    }

    private void take(boolean first) {
        if (first == has) {
            return;
        }
        try {
            usual = first ? Niceness.get() : usual;
            Niceness.set(first ? Niceness.FIRST : usual);
            has = first;
        } catch (KernelException e) {
            allowed = false;
            LOG.atDebug().addKeyValue("why", e.getMessage()).log("authors are looked up when there is time for it");
        }
    }
}
