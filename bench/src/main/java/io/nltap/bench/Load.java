// SPDX-License-Identifier: Apache-2.0
package io.nltap.bench;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/** Makes frames that the contenders see. Used by one thread. */
interface Load extends AutoCloseable {

    /** How many frames a contender sees for one {@link #step}. */
    int framesPerStep();

    void step() throws IOException;

    /** As many as the machine can, one after the other. @return processor seconds that this took the calling thread */
    default double run(long frames) throws IOException {
        long start = LibC.threadNanos();
        for (long done = 0; done < frames; done += framesPerStep()) {
            step();
        }
        return (LibC.threadNanos() - start) / 1e9;
    }

    /** So many, evenly. */
    default void run(long frames, long perSecond) throws IOException {
        long start = System.nanoTime();
        long done = 0;
        while (done < frames) {
            long due = Math.min(frames, (long) ((System.nanoTime() - start) / 1e9 * perSecond));
            for (; done < due; done += framesPerStep()) {
                step();
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    void close();
}
