// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Runs a program whenever the kernel passes one of its tracepoints, wherever on the machine, as long as this is open: also
 * when the process is killed the kernel closes it (Linux 4.17, {@code CONFIG_BPF_EVENTS}).
 */
public final class RawTracepoint implements AutoCloseable {

    // union bpf_attr, BPF_RAW_TRACEPOINT_OPEN: __u64 name; __u32 prog_fd;   linux/bpf.h
    private static final int OPEN_SIZE = 16;
    private static final int NAME = 0;
    private static final int PROG_FD = 8;

    private final Fd fd;

    private RawTracepoint(Fd fd) {
        this.fd = fd;
    }

    /**
     * @param name as in the kernel's sources
     * @param program of those for tracepoints
     * @throws KernelException ENOENT when there is no such tracepoint, EPERM without CAP_PERFMON
     */
    public static RawTracepoint open(String name, BpfProgram program) throws KernelException {
        ByteBuffer text = NativeMemory.of((name + '\0').getBytes(StandardCharsets.US_ASCII));
        ByteBuffer attributes = NativeMemory.allocate(OPEN_SIZE)
                .putLong(NAME, NativeMemory.address(text))
                .putInt(PROG_FD, program.fd());
        try {
            return new RawTracepoint(
                    Bpf.open(Bpf.BPF_RAW_TRACEPOINT_OPEN, attributes, "bpf(BPF_RAW_TRACEPOINT_OPEN)", name));
        } finally {
            Reference.reachabilityFence(text);
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}
