// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

import io.nltap.agent.linux.Capabilities;
import io.nltap.agent.linux.Capability;
import io.nltap.agent.linux.Errno;
import io.nltap.agent.linux.KernelException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the kernel's refusal of one call into what a user can do about it. */
public final class KernelRefusal {

    private static final Logger LOG = LoggerFactory.getLogger(KernelRefusal.class);

    private KernelRefusal() {}

    /**
     * @param what what the agent was about to do, as the start of a sentence: {@code cannot enter the pod's namespace}
     * @param needed the capability the call needs
     */
    public static CaptureException of(String what, KernelException refusal, Capability needed) {
        try {
            return of(what, refusal, needed, Capabilities.ofSelf());
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("could not read the agent's own capabilities");
            return new CaptureException(Reason.KERNEL_REFUSED, "%s: %s".formatted(what, refusal.getMessage()), refusal);
        }
    }

    static CaptureException of(String what, KernelException refusal, Capability needed, Capabilities held) {
        String failure = "%s: %s".formatted(what, refusal.getMessage());
        if (!refusal.is(Errno.EPERM) && !refusal.is(Errno.EACCES)) {
            return new CaptureException(Reason.KERNEL_REFUSED, failure, refusal);
        }
        if (held.has(needed)) {
            return new CaptureException(
                    Reason.KERNEL_REFUSED,
                    failure
                            + ". The agent has " + needed
                            + ", so something else forbids it: seccomp, AppArmor or SELinux,"
                            + " kernel lockdown, or a user namespace that does not own the pod's network namespace",
                    refusal);
        }
        return new CaptureException(
                Reason.MISSING_CAPABILITY,
                failure + ". The agent lacks " + needed + ": add it to securityContext.capabilities of the agent's"
                        + " container, or run the agent privileged",
                refusal);
    }
}
