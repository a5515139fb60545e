// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that reads /proc for those who drain taps, so that nothing the kernel makes it wait for keeps a ring from
 * being emptied: whoever asks waits only as long as it has patience, and finds the answer later.
 */
final class Lookups implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lookups.class);
    private static final int WAITING = 256;

    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), Lookups::thread);

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "authors");
        thread.setDaemon(true);
        return thread;
    }

    /** @return empty when so much is waiting already that there is no place for it */
    <T> Optional<Lookup<T>> begin(Callable<T> work) {
        Lookup<T> lookup = new Lookup<>(work);
        try {
            thread.execute(lookup);
            return Optional.of(lookup);
        } catch (RejectedExecutionException e) {
            return Optional.empty();
        }
    }

    /**
     * Has something done that nobody waits for.
     *
     * @return false when so much is waiting already that it will not be done; it will be asked for again
     */
    boolean later(Runnable work) {
        try {
            thread.execute(() -> run(work));
            return true;
        } catch (RejectedExecutionException e) {
            LOG.atTrace().log("lookup left out");
            return false;
        }
    }

    private static void run(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("lookup of authors failed");
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
