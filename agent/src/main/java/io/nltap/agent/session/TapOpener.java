// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.frame.CaptureException;

/** Opens taps, and leaves the node as it was. */
interface TapOpener {

    /**
     * May wait for the kernel as long as others hold its rtnl lock.
     *
     * @param pid a process that was in the namespace a moment ago
     */
    NetnsTap open(int pid) throws CaptureException, InterruptedException;

    /** Removes what no session needs any more. To be called by each session that opened a tap, when it has closed all. */
    void cleanUp() throws InterruptedException;
}
