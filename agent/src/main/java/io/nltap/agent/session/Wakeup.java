// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import java.time.Duration;

/** Lets one thread rest until it is called or time is over. A call that comes while it works is not lost. */
final class Wakeup {
    private boolean called;

    synchronized void call() {
        called = true;
        notifyAll();
    }

    synchronized void await(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (long left = timeout.toNanos(); !called && left > 0; left = deadline - System.nanoTime()) {
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        called = false;
    }
}
