// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One visit to a namespace: runs on the visiting thread, is awaited on the caller's. */
final class NetNsVisitor<T, X extends Exception> implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(NetNsVisitor.class);

    private final NetNs namespace;
    private final NetNs.Visit<T, X> visit;
    private final CompletableFuture<T> outcome = new CompletableFuture<>();

    NetNsVisitor(NetNs namespace, NetNs.Visit<T, X> visit) {
        this.namespace = namespace;
        this.visit = visit;
    }

    @Override
    public void run() {
        try {
            namespace.enter();
            T result = visit.run();
            if (!outcome.complete(result)) {
                discard(result);
            }
        } catch (Throwable e) {
            // Everything, errors too: the caller is the only one who can tell.
            outcome.completeExceptionally(e);
        }
    }

    @SuppressWarnings("unchecked") // what is neither unchecked nor from setns can only have come from the visit
    T await() throws X, KernelException, InterruptedException {
        try {
            return outcome.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw (X) cause;
        } catch (InterruptedException e) {
            abandon();
            throw e;
        }
    }

    private void abandon() {
        if (!outcome.cancel(false) && !outcome.isCompletedExceptionally()) {
            discard(outcome.join());
        }
    }

    private void discard(T result) {
        if (result instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                LOG.atWarn()
                        .addKeyValue("netns", namespace.id())
                        .setCause(e)
                        .log("could not close what an abandoned visit left");
            }
        }
    }
}
