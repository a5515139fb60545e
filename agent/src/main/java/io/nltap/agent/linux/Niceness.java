// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

/** How much of a processor others leave to the calling thread: each thread of Linux has its own, see setpriority(2). */
public final class Niceness {
    /** Before all that is not of a real-time class, within its control group. */
    public static final int FIRST = -20;

    public static final int USUAL = 0;

    // linux/resource.h; who 0 is the calling thread
    private static final int PRIO_PROCESS = 0;
    private static final int SELF = 0;

    private Niceness() {}

    /** @throws KernelException EACCES when it is to be lower than it is, without CAP_SYS_NICE */
    public static void set(int niceness) throws KernelException {
        LibC.checked(LibC.CALLS.setpriority(PRIO_PROCESS, SELF, niceness), "setpriority", "niceness " + niceness);
    }
}
