// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;

/** The BPF programs of this kernel, whoever holds them. */
public final class BpfPrograms {

    // union bpf_attr, BPF_PROG_GET_NEXT_ID: __u32 start_id, next_id, open_flags;   linux/bpf.h
    private static final int BPF_PROG_GET_NEXT_ID = 11;

    private BpfPrograms() {}

    public static int count() {
        int count = 0;
        ByteBuffer attributes = NativeMemory.allocate(12);
        while (Bpf.call(BPF_PROG_GET_NEXT_ID, attributes) == 0) {
            count++;
            attributes.putInt(0, attributes.getInt(4));
        }
        return count;
    }
}
