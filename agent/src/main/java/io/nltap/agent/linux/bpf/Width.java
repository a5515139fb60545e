// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux.bpf;

/** How much an instruction reads or writes in memory. */
public enum Width {
    // #define BPF_W 0x00   linux/bpf_common.h
    FOUR_BYTES(0x00),
    // #define BPF_DW 0x18   linux/bpf.h
    EIGHT_BYTES(0x18);

    private final int code;

    Width(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
