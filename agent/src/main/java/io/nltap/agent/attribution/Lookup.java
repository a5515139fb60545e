// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thing that is looked up by another thread, while or after somebody waits for it. */
final class Lookup<T> implements Pending<T>, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Lookup.class);

    private final Callable<T> work;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile @Nullable T answer;

    Lookup(Callable<T> work) {
        this.work = work;
    }

    @Override
    public void run() {
        try {
            answer = work.call();
        } catch (Exception e) {
            LOG.atWarn().setCause(e).log("lookup of an author failed");
        } finally {
            done.countDown();
        }
    }

    /** @return whether it has ended, well or not; false at once when the thread was interrupted, which it stays */
    boolean await(long nanos) {
        try {
            return done.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public boolean isOver() {
        return done.getCount() == 0;
    }

    @Override
    public @Nullable T answer() {
        return answer;
    }
}
