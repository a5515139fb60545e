// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux.bpf;

import java.util.Locale;

/** Functions of the kernel that a program may call, with their numbers ({@code ___BPF_FUNC_MAPPER} of linux/bpf.h). */
public enum KernelFunction {
    // void *bpf_map_lookup_elem(struct bpf_map *map, const void *key)
    MAP_LOOKUP_ELEM(1),
    // u64 bpf_ktime_get_ns(void)
    KTIME_GET_NS(5),
    // long bpf_tail_call(void *ctx, struct bpf_map *prog_array_map, u32 index): does not come back when there is one
    TAIL_CALL(12),
    // u64 bpf_get_current_pid_tgid(void): tgid << 32 | pid
    GET_CURRENT_PID_TGID(14),
    // long bpf_get_current_comm(void *buf, u32 size_of_buf)
    GET_CURRENT_COMM(16),
    // long bpf_set_hash(struct sk_buff *skb, u32 hash)
    SET_HASH(48),
    // u64 bpf_get_current_cgroup_id(void)
    GET_CURRENT_CGROUP_ID(80);

    private final int number;

    KernelFunction(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** {@code bpf_set_hash}, as in the kernel's sources and messages. */
    public String kernelName() {
        return "bpf_" + name().toLowerCase(Locale.ROOT);
    }
}
