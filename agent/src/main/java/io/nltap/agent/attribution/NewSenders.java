// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.Niceness;
import io.nltap.agent.linux.PacketSocket;
import io.nltap.agent.linux.Poller;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of those who speak for the first time as soon as they do: their frames are read only when the kernel hands over a block
 * of the ring, and by then a command has closed its socket and ended. One thread for all taps.
 */
final class NewSenders implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NewSenders.class);
    private static final Duration UNTIL_WOKEN = Duration.ofDays(1);

    private final Poller poller;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final Map<PacketSocket, Runnable> heard = new HashMap<>();
    private final Thread thread = new Thread(this::run, "authors-new");
    private boolean closed;

    private NewSenders(Poller poller) {
        this.poller = poller;
        thread.setDaemon(true);
    }

    static NewSenders start() throws KernelException {
        NewSenders started = new NewSenders(Poller.open());
        started.thread.start();
        return started;
    }

    /**
     * @param marked receives a packet when somebody speaks for the first time; belongs to this from here on
     * @param tell is called then, on a thread for which it must not wait
     */
    void add(PacketSocket marked, Runnable tell) {
        submit(() -> {
            heard.put(marked, tell);
            poller.add(marked.fd());
        });
    }

    void remove(PacketSocket marked) {
        submit(() -> {
            if (heard.remove(marked) != null) {
                poller.remove(marked.fd());
                marked.close();
            }
        });
    }

    private void submit(Runnable command) {
        commands.add(command);
        poller.wake();
    }

    private void run() {
        goFirst();
        try {
            while (!closed) {
                poller.await(UNTIL_WOKEN);
                heard.forEach((marked, tell) -> {
                    if (poller.ready(marked.fd()) && marked.takeAll()) {
                        tell.run();
                    }
                });
                for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
                    command.run();
                }
            }
        } catch (KernelException e) {
            LOG.atWarn().setCause(e).log("new senders are not heard of any more");
        } finally {
            heard.keySet().forEach(PacketSocket::close);
            poller.close();
        }
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
        submit(() -> closed = true);
    }
}
