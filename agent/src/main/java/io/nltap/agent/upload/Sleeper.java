// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.upload;

import java.time.Duration;

/** Waits; tests do not. */
@FunctionalInterface
public interface Sleeper {

    /** Blocks the thread that calls it. */
    Sleeper THREAD = duration -> Thread.sleep(duration.toMillis());

    void sleep(Duration duration) throws InterruptedException;
}
