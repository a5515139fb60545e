// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

/**
 * How much of a processor others leave to the calling thread, from -20, most, to 19: each thread of Linux has its own, see
 * setpriority(2). It counts among the threads of one control group or, where there are automatic groups, session (sched(7)).
 */
public final class Niceness {
    public static final int FIRST = -20;

    // linux/resource.h; who 0 is the calling thread
    private static final int PRIO_PROCESS = 0;
    private static final int SELF = 0;

    private Niceness() {}

    public static int get() {
        return LibC.CALLS.getpriority(PRIO_PROCESS, SELF);
    }

    /** @throws KernelException EACCES when it is to be lower than it is, without CAP_SYS_NICE */
    public static void set(int niceness) throws KernelException {
        LibC.checked(LibC.CALLS.setpriority(PRIO_PROCESS, SELF, niceness), "setpriority", "niceness " + niceness);
    }
}
