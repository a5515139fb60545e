// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that reads /proc for those who drain taps, so that nothing the kernel makes it wait for keeps a ring from
 * being emptied: whoever asks waits only as long as it has patience. The answer stays for the next one who asks.
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

    /** @return null when there is no answer in time; the lookup goes on nevertheless */
    <T> @Nullable T ask(Callable<T> lookup, Duration patience) {
        try {
            Future<T> answer = thread.submit(lookup);
            return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException | TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            LOG.atWarn().setCause(e.getCause()).log("lookup of an author failed");
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** Has something done that nobody waits for. */
    void later(Runnable work) {
        try {
            thread.execute(() -> run(work));
        } catch (RejectedExecutionException e) {
            // So much is waiting already that it will be asked for again.
            LOG.atTrace().log("lookup left out");
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
