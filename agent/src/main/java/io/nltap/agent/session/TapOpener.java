// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.frame.CaptureException;

/** Opens taps. When the last one is closed the node is as it was. */
interface TapOpener {

    /**
     * Opens a tap that also sees what changes, though nobody there listens, where that is possible. May wait for the kernel as long as others hold its rtnl lock.
     *
     * @param pid a process that was in the namespace a moment ago
     */
    NetnsTap open(int pid) throws CaptureException, InterruptedException;
}
