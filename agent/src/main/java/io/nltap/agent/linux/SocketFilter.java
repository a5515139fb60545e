// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** A classic BPF program of one instruction, which cuts what a socket receives to a length. */
final class SocketFilter {

    // struct sock_filter { __u16 code; __u8 jt; __u8 jf; __u32 k; };   linux/filter.h
    private static final int FILTER_SIZE = 8;
    private static final int FILTER_CODE = 0;
    private static final int FILTER_K = 4;
    // #define BPF_RET 0x06, #define BPF_K 0x00   linux/bpf_common.h
    private static final short RETURN_CONSTANT = 0x06;

    // struct sock_fprog { unsigned short len; struct sock_filter *filter; };   linux/filter.h
    private static final int PROGRAM_SIZE = 16;
    private static final int PROGRAM_LENGTH = 0;
    private static final int PROGRAM_FILTER = 8;

    private final ByteBuffer instructions;
    private final ByteBuffer program;

    /** @param length longest capture in bytes; 0 lets nothing through */
    SocketFilter(int length) {
        instructions = NativeMemory.allocate(FILTER_SIZE)
                .putShort(FILTER_CODE, RETURN_CONSTANT)
                .putInt(FILTER_K, length);
        program = NativeMemory.allocate(PROGRAM_SIZE)
                .putShort(PROGRAM_LENGTH, (short) 1)
                .putLong(
                        PROGRAM_FILTER,
                        Pointer.wrap(Runtime.getSystemRuntime(), instructions).address());
    }

    /** {@code struct sock_fprog}; good as long as this object is reachable. */
    ByteBuffer program() {
        return program;
    }

    /** The instructions that {@link #program} points to. */
    ByteBuffer instructions() {
        return instructions;
    }
}
