// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import io.nltap.agent.linux.GroupSocket;
import io.nltap.agent.linux.KernelException;
import io.nltap.agent.linux.NetNs;
import io.nltap.agent.linux.Poller;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All subscriptions of this process to changes. One thread, which is there for as long as there is a subscription, empties
 * their sockets, and adds groups whose modules have been loaded meanwhile.
 */
public final class ChangeSubscriptions {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeSubscriptions.class);
    private static final Duration BETWEEN_LOOKS_FOR_MODULES = Duration.ofSeconds(5);
    private static final Duration LONG = Duration.ofDays(1);

    private final Path modules;
    private final LongSupplier nanoTime;
    private @Nullable Emptying emptying; // guarded by this

    /**
     * @param modules {@code /sys/module}
     * @param nanoTime {@code CLOCK_MONOTONIC}, as {@link System#nanoTime}
     */
    public ChangeSubscriptions(Path modules, LongSupplier nanoTime) {
        this.modules = modules;
        this.nanoTime = nanoTime;
    }

    /** Of this machine. */
    public static ChangeSubscriptions usual() {
        return new ChangeSubscriptions(Path.of("/sys/module"), System::nanoTime);
    }

    /**
     * @param namespace stays the caller's, and must be open until {@link #close}
     * @throws KernelException when not even changes of ROUTE can be listened to
     */
    synchronized ChangeSubscription open(NetNs namespace) throws KernelException, InterruptedException {
        ChangeSubscription opened = ChangeSubscription.open(namespace, modules, nanoTime);
        try {
            if (emptying == null) {
                emptying = Emptying.start(nanoTime);
            }
            emptying.add(opened);
            return opened;
        } catch (KernelException e) {
            opened.close();
            throw e;
        }
    }

    /** The kernel tells nothing for it any more when this returns. */
    synchronized void close(ChangeSubscription subscription) {
        if (emptying != null && emptying.remove(subscription)) {
            emptying.end();
            emptying = null;
        }
        subscription.close();
    }

    /** The thread, and what is only its own. */
    private static final class Emptying {
        private final Poller poller;
        private final LongSupplier nanoTime;
        private final Thread thread;
        private final Queue<Runnable> commands = new ArrayDeque<>(); // guarded by itself
        private final List<ChangeSubscription> subscriptions = new ArrayList<>();
        private final List<GroupSocket> polled = new ArrayList<>();
        private int members; // of whoever calls, who holds a lock
        private long nextLook;
        private boolean ending;
        private boolean over; // guarded by the commands

        private Emptying(Poller poller, LongSupplier nanoTime) {
            this.poller = poller;
            this.nanoTime = nanoTime;
            this.nextLook = nanoTime.getAsLong() + BETWEEN_LOOKS_FOR_MODULES.toNanos();
            this.thread = new Thread(this::run, "changes");
            this.thread.setDaemon(true);
        }

        static Emptying start(LongSupplier nanoTime) throws KernelException {
            Emptying emptying = new Emptying(Poller.open(), nanoTime);
            emptying.thread.start();
            return emptying;
        }

        void add(ChangeSubscription subscription) {
            members++;
            tell(() -> {
                subscriptions.add(subscription);
                pollAll();
            });
        }

        /** Waits until the thread has let go of it. @return whether it was the last */
        boolean remove(ChangeSubscription subscription) {
            members--;
            CompletableFuture<Void> gone = new CompletableFuture<>();
            tell(() -> {
                subscriptions.remove(subscription);
                polled.stream().filter(subscription.sockets()::contains).forEach(socket -> poller.remove(socket.fd()));
                polled.removeAll(subscription.sockets());
                gone.complete(null);
            });
            gone.join();
            return members == 0;
        }

        void end() {
            tell(() -> ending = true);
        }

        private void tell(Runnable command) {
            synchronized (commands) {
                if (!over) {
                    commands.add(command);
                    poller.wake();
                    return;
                }
            }
            command.run(); // nobody else will
        }

        private @Nullable Runnable nextCommand() {
            synchronized (commands) {
                return commands.poll();
            }
        }

        private void pollAll() {
            for (ChangeSubscription each : subscriptions) {
                for (GroupSocket socket : each.sockets()) {
                    if (!polled.contains(socket)) {
                        polled.add(socket);
                        poller.add(socket.fd());
                    }
                }
            }
        }

        private void run() {
            try {
                empty();
            } finally { // whatever it was: nobody is to wait for a thread that is no more
                synchronized (commands) {
                    over = true;
                }
                obey();
                poller.close();
            }
        }

        private void obey() {
            for (Runnable next = nextCommand(); next != null; next = nextCommand()) {
                next.run();
            }
        }

        private void empty() {
            while (!ending) {
                await();
                for (GroupSocket socket : polled) {
                    if (poller.ready(socket.fd())) {
                        socket.drain();
                    }
                }
                obey(); // after that: a command may take some of them away
                if (nextLook - nanoTime.getAsLong() <= 0) {
                    lookForModules();
                    nextLook = nanoTime.getAsLong() + BETWEEN_LOOKS_FOR_MODULES.toNanos();
                }
            }
        }

        private void await() {
            boolean isWhole = subscriptions.stream().allMatch(ChangeSubscription::isWhole);
            long untilLook = Math.max(0, nextLook - nanoTime.getAsLong());
            try {
                poller.await(isWhole ? LONG : Duration.ofNanos(untilLook).plusMillis(1));
            } catch (KernelException e) { // of poll(2) with good arguments: there is no memory, for a moment
                LOG.atWarn().addKeyValue("why", e.getMessage()).log("waiting for changes failed");
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            }
        }

        private void lookForModules() {
            for (ChangeSubscription each : subscriptions) {
                try {
                    each.subscribe();
                } catch (KernelException e) {
                    LOG.atDebug().setCause(e).log("what was loaded meanwhile is not listened to");
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt(); // nobody does
                }
            }
            pollAll();
        }
    }
}
