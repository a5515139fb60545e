// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Makes frames that the contenders see. Used by one thread. */
interface Load extends AutoCloseable {

    /** Frames between two looks at the clock. */
    int BETWEEN_LOOKS = 1000;

    /** How many frames a contender sees for one {@link #step}. */
    int framesPerStep();

    void step() throws IOException;

    /**
     * As many as the machine can, one after the other.
     *
     * @return how many there were: so many, unless it took too long
     */
    default long run(long frames, Duration atMost) throws IOException {
        long deadline = System.nanoTime() + atMost.toNanos();
        long done = 0;
        while (done < frames && System.nanoTime() - deadline < 0) {
            long next = Math.min(frames, done + BETWEEN_LOOKS);
            for (; done < next; done += framesPerStep()) {
                step();
            }
        }
        return done;
    }

    /**
     * So many, evenly.
     *
     * @return how many there were: so many, unless it took too long
     */
    default long run(long frames, long perSecond, Duration atMost) throws IOException {
        long start = System.nanoTime();
        long done = 0;
        while (done < frames && System.nanoTime() - start < atMost.toNanos()) {
            long due = Math.min(frames, (long) ((System.nanoTime() - start) / 1e9 * perSecond));
            for (; done < due; done += framesPerStep()) {
                step();
            }
            LockSupport.parkNanos(1_000_000);
        }
        return done;
    }

    @Override
    void close();
}
