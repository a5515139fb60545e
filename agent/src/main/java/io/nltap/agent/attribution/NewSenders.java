// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.Niceness;
import io.nltap.agent.linux.PacketSocket;
import io.nltap.agent.linux.PolledCommands;
import io.nltap.agent.linux.Poller;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of those who speak for the first time as soon as they do: their frames are read only when the kernel hands over a block
 * of the ring, and by then a command has closed its socket and ended. One thread for all taps; where new ones come without end it
 * rests.
 */
final class NewSenders implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NewSenders.class);
    private static final Duration UNTIL_WOKEN = Duration.ofDays(1);

    /** So long nothing is heard when more than a twentieth of one CPU has gone into it. */
    private static final Duration REST = Duration.ofMillis(10);

    private static final long REST_FACTOR = 20;
    private static final Duration SAVED_AT_MOST = Duration.ofMillis(50);

    private final Poller poller;
    private final SavedTime time;
    private final PolledCommands commands;
    private final Map<PacketSocket, Runnable> heard = new HashMap<>();
    private final Thread thread = new Thread(this::run, "authors-new");
    private boolean closed;

    private NewSenders(Poller poller, LongSupplier nanoTime) {
        this.poller = poller;
        this.commands = new PolledCommands(poller);
        this.time = new SavedTime(REST_FACTOR, SAVED_AT_MOST, nanoTime, SavedTime.OF_THIS_THREAD);
        thread.setDaemon(true);
    }

    /** @param nanoTime monotonic, as {@link System#nanoTime} */
    static NewSenders start(LongSupplier nanoTime) throws KernelException {
        NewSenders started = new NewSenders(Poller.open(), nanoTime);
        started.thread.start();
        return started;
    }

    /**
     * @param marked receives a packet when somebody speaks for the first time; to be open until {@link #remove} has come back
     * @param tell is called then, on a thread for which it must not wait
     */
    void add(PacketSocket marked, Runnable tell) {
        commands.submit(() -> {
            heard.put(marked, tell);
            poller.add(marked.fd());
        });
    }

    /** Waits until nobody waits on it any more. */
    void remove(PacketSocket marked) {
        CompletableFuture<Boolean> removed = new CompletableFuture<>();
        boolean runs = commands.submit(() -> {
            heard.remove(marked);
            poller.remove(marked.fd());
            removed.complete(true);
        });
        if (runs) {
            removed.join();
        }
    }

    private void run() {
        goFirst();
        try {
            while (!closed) {
                poller.await(UNTIL_WOKEN);
                if (time.isLeft()) {
                    time.spend(this::hear);
                } else {
                    Thread.sleep(REST.toMillis());
                }
                commands.run();
            }
        } catch (KernelException e) {
            LOG.atWarn().setCause(e).log("new senders are not heard of any more");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            commands.end();
            poller.close();
        }
    }

    private boolean hear() {
        boolean any = false;
        for (Map.Entry<PacketSocket, Runnable> each : heard.entrySet()) {
            if (poller.ready(each.getKey().fd()) && each.getKey().takeAll()) {
                each.getValue().run();
                any = true;
            }
        }
        return any;
    }

    /** There is next to nothing to do here, but at once. */
    private static void goFirst() {
        try {
            Niceness.set(Niceness.FIRST);
        } catch (KernelException e) {
            LOG.atDebug().addKeyValue("why", e.getMessage()).log("new senders are heard of when there is time for it");
        }
    }

    @Override
    public void close() {
        commands.submit(() -> closed = true);
    }
}
