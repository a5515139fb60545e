// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

/** Capabilities the agent uses, with their bit ({@code linux/capability.h}). */
public enum Capability {
    CAP_NET_ADMIN(12),
    CAP_NET_RAW(13),
    CAP_SYS_MODULE(16),
    CAP_SYS_PTRACE(19),
    CAP_SYS_ADMIN(21),
    CAP_PERFMON(38),
    CAP_BPF(39);

    private final int bit;

    Capability(int bit) {
        this.bit = bit;
    }

    int bit() {
        return bit;
    }

    /** Whether it is in a set such as {@code CapEff} of {@code /proc/self/status}. */
    boolean in(long set) {
        return (set >>> bit & 1) != 0;
    }
}
