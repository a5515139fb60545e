// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.linux.Capabilities;
import io.nltap.agent.linux.Capability;
import io.nltap.agent.linux.KernelException;
import org.junit.jupiter.api.Test;

class KernelRefusalTest {

    private static final Capabilities NONE = new Capabilities(0);
    private static final Capabilities ALL = new Capabilities(-1);
    private static final int EPERM = 1;
    private static final int EACCES = 13;
    private static final int EMFILE = 24;

    @Test
    void namesTheCapabilityThatIsMissingAndWhereToAddIt() {
        CaptureException refusal = KernelRefusal.of(
                "cannot enter the pod's namespace",
                new KernelException("setns", "/proc/7/ns/net", EPERM),
                Capability.CAP_SYS_ADMIN,
                NONE);

        assertThat(refusal.reason().word()).isEqualTo("MissingCapability");
        assertThat(refusal)
                .hasMessage("cannot enter the pod's namespace: setns /proc/7/ns/net: EPERM (Operation not permitted)."
                        + " The agent lacks CAP_SYS_ADMIN: add it to securityContext.capabilities of the agent's container,"
                        + " or run the agent privileged");
    }

    @Test
    void blamesNoCapabilityThatIsThere() {
        CaptureException refusal = KernelRefusal.of(
                "cannot enter the pod's namespace",
                new KernelException("open", "/proc/7/ns/net", EACCES),
                Capability.CAP_SYS_PTRACE,
                ALL);

        assertThat(refusal.reason()).isEqualTo(Reason.KERNEL_REFUSED);
        assertThat(refusal).hasMessageContaining("The agent has CAP_SYS_PTRACE, so something else forbids it: seccomp");
    }

    @Test
    void blamesNoCapabilityForOtherErrors() {
        CaptureException refusal = KernelRefusal.of(
                "cannot open a packet ring on x0",
                new KernelException("socket", "AF_PACKET SOCK_RAW", EMFILE),
                Capability.CAP_NET_RAW,
                NONE);

        assertThat(refusal.reason()).isEqualTo(Reason.KERNEL_REFUSED);
        assertThat(refusal)
                .hasMessage("cannot open a packet ring on x0: socket AF_PACKET SOCK_RAW: EMFILE (Too many open files)");
    }
}
