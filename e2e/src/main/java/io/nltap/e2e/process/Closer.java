// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.process;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Owns things that are opened one after the other, and closes them in the opposite order: at the end of a {@code try},
 * or when the Java runtime is told to end (Ctrl-C), whichever comes first.
 */
public final class Closer implements AutoCloseable {
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();

    public Closer() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::closeAtShutdown, "closer"));
    }

    public synchronized <T extends AutoCloseable> T own(T resource) {
        owned.push(resource);
        return resource;
    }

    /** Closes everything, also when something cannot be closed; the first reason is thrown, the others go with it. */
    @Override
    public synchronized void close() throws Exception {
        Exception first = null;
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (Exception e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private void closeAtShutdown() {
        try {
            close();
        } catch (Exception e) {
            throw new IllegalStateException("not everything could be cleaned up", e);
        }
    }
}
