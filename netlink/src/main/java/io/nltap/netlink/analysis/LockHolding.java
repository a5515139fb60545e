// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.evidence.TaskState;

/** Tells which threads may hold a lock that requests wait for: those that do what is done under it, and do not wait for it. */
public final class LockHolding {
    private LockHolding() {}

    public static boolean isPossible(TaskState task) {
        KernelStack stack = KernelStack.of(task);
        return !stack.waitsForLock(task.state())
                && (stack.worksUnderRtnl() || stack.protocol().isPresent());
    }

    public static boolean isWaitedFor(TaskState task) {
        return KernelStack.of(task).waitsForLock(task.state());
    }
}
