// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;

/** The system call bpf(2): its commands, and fields that several of them share ({@code union bpf_attr}, linux/bpf.h). */
final class Bpf {

    // enum bpf_cmd   linux/bpf.h
    static final int BPF_MAP_CREATE = 0;
    static final int BPF_MAP_UPDATE_ELEM = 2;
    static final int BPF_MAP_DELETE_ELEM = 3;
    static final int BPF_PROG_LOAD = 5;
    static final int BPF_PROG_TEST_RUN = 10;
    static final int BPF_RAW_TRACEPOINT_OPEN = 17;
    static final int BPF_LINK_CREATE = 28;

    /** {@code BPF_OBJ_NAME_LEN} less the terminating 0. */
    private static final int LONGEST_NAME = 15;

    private static final long NUMBER = SyscallNumbers.ofThisMachine().bpf();

    private Bpf() {}

    /** @return what the call returned, or its error as a negative number */
    static long call(int command, ByteBuffer attributes) {
        long result = LibC.CALLS.syscall(NUMBER, command, attributes, attributes.capacity());
        return result < 0 ? -LibC.errno() : result;
    }

    /** Takes over the descriptor that the call returned. */
    static Fd open(int command, ByteBuffer attributes, String name, String object) throws KernelException {
        long result = call(command, attributes);
        if (result < 0) {
            throw new KernelException(name, object, (int) -result);
        }
        return Fd.of(result, name, object);
    }

    /** A name for tools such as bpftool: letters, digits, underscores and dots, the rest is cut off. */
    static void putName(ByteBuffer attributes, int offset, String name) {
        for (int index = 0; index < Math.min(name.length(), LONGEST_NAME); index++) {
            attributes.put(offset + index, (byte) name.charAt(index));
        }
    }
}
