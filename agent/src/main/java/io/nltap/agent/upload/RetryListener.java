// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.upload;

import java.time.Duration;

/** Hears of each attempt that failed and will be repeated; called on the thread that uploads. */
@FunctionalInterface
public interface RetryListener {

    /**
     * @param attempts how many have failed so far, from 1
     * @param why what failed, on what, and what to do
     * @param wait until the next attempt
     */
    void willRetry(Upload upload, int attempts, String why, Duration wait);
}
