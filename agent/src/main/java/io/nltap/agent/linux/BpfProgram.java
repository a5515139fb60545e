// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import io.nltap.agent.linux.bpf.Code;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A BPF program that the kernel has checked and taken in: for traffic control, or for a tracepoint. */
public final class BpfProgram implements AutoCloseable {

    /** What a program answers that leaves the frame to whatever comes after it ({@code linux/pkt_cls.h}). */
    public static final int TC_ACT_UNSPEC = -1;

    private static final int BPF_PROG_TYPE_SCHED_CLS = 3;
    private static final int BPF_PROG_TYPE_RAW_TRACEPOINT = 17;

    // union bpf_attr, BPF_PROG_LOAD: __u32 prog_type, insn_cnt; __aligned_u64 insns, license; __u32 log_level,
    // log_size;
    //         __aligned_u64 log_buf; __u32 kern_version, prog_flags; char prog_name[16]; …   linux/bpf.h
    private static final int PROG_LOAD_SIZE = 64;
    private static final int PROG_TYPE = 0;
    private static final int INSN_CNT = 4;
    private static final int INSNS = 8;
    private static final int LICENSE = 16;
    private static final int LOG_LEVEL = 24;
    private static final int LOG_SIZE = 28;
    private static final int LOG_BUF = 32;
    private static final int PROG_NAME = 48;

    // union bpf_attr, BPF_PROG_TEST_RUN: __u32 prog_fd, retval, data_size_in, data_size_out; __aligned_u64 data_in,
    //         data_out; __u32 repeat, duration, ctx_size_in, ctx_size_out; __aligned_u64 ctx_in, ctx_out;
    private static final int TEST_RUN_SIZE = 64;
    private static final int TEST_PROG_FD = 0;
    private static final int TEST_RETVAL = 4;
    private static final int TEST_DATA_SIZE_IN = 8;
    private static final int TEST_DATA_IN = 16;
    private static final int TEST_REPEAT = 32;
    private static final int TEST_DURATION = 36;
    /** The kernel wants at least an Ethernet header. */
    private static final int TEST_FRAME_SIZE = 64;

    private static final int LOG_CAPACITY = 1 << 16;
    /** The kernel gives up loading when a signal comes, and any thread may get one at any time. */
    private static final int ATTEMPTS = 10;

    private final Fd fd;

    private BpfProgram(Fd fd) {
        this.fd = fd;
    }

    /**
     * For traffic control.
     *
     * @param license of the program, which decides which functions of the kernel it may call
     * @throws KernelException EACCES or EINVAL when the kernel's verifier refuses it, with its last words; EPERM without
     *     CAP_BPF and CAP_NET_ADMIN
     */
    public static BpfProgram load(String name, Code code, String license) throws KernelException {
        return load(BPF_PROG_TYPE_SCHED_CLS, name, code, license);
    }

    /**
     * For {@link RawTracepoint}.
     *
     * @throws KernelException as {@link #load}, and EPERM without CAP_PERFMON
     */
    public static BpfProgram loadForTracepoint(String name, Code code, String license) throws KernelException {
        return load(BPF_PROG_TYPE_RAW_TRACEPOINT, name, code, license);
    }

    private static BpfProgram load(int type, String name, Code code, String license) throws KernelException {
        byte[] bytes = code.bytes();
        ByteBuffer instructions = NativeMemory.of(bytes);
        ByteBuffer licenseText = NativeMemory.of((license + '\0').getBytes(StandardCharsets.US_ASCII));
        ByteBuffer attributes = NativeMemory.allocate(PROG_LOAD_SIZE)
                .putInt(PROG_TYPE, type)
                .putInt(INSN_CNT, code.length())
                .putLong(INSNS, NativeMemory.address(instructions))
                .putLong(LICENSE, NativeMemory.address(licenseText));
        Bpf.putName(attributes, PROG_NAME, name);
        try {
            long result = call(attributes);
            return result < 0 ? refused(name, attributes, (int) -result) : programOf(result, name);
        } finally {
            Reference.reachabilityFence(instructions);
            Reference.reachabilityFence(licenseText);
        }
    }

    private static long call(ByteBuffer attributes) {
        long result = -Errno.EAGAIN.number();
        for (int attempt = 0; attempt < ATTEMPTS && result == -Errno.EAGAIN.number(); attempt++) {
            result = Bpf.call(Bpf.BPF_PROG_LOAD, attributes);
        }
        return result;
    }

    private static BpfProgram programOf(long result, String name) throws KernelException {
        return new BpfProgram(Fd.of(result, "bpf(BPF_PROG_LOAD)", name));
    }

    /** Asks once more with a log, which costs time and is only wanted now, to learn why. */
    private static BpfProgram refused(String name, ByteBuffer attributes, int errno) throws KernelException {
        ByteBuffer log = NativeMemory.allocate(LOG_CAPACITY);
        attributes.putInt(LOG_LEVEL, 1).putInt(LOG_SIZE, LOG_CAPACITY).putLong(LOG_BUF, NativeMemory.address(log));
        long result = call(attributes);
        if (result >= 0) {
            return programOf(result, name);
        }
        throw new KernelException("bpf(BPF_PROG_LOAD)", name, errno, lastWords(log));
    }

    /** The verifier's complaint, which is before its statistics. */
    private static String lastWords(ByteBuffer log) {
        byte[] bytes = new byte[log.capacity()];
        log.get(0, bytes);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        List<String> lines = new String(bytes, 0, length, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("processed ") && !line.startsWith("verification "))
                .toList();
        return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }

    int fd() {
        return fd.number();
    }

    /** What became of a test run. */
    public record TestRun(int answer, int nanosEach) {}

    /**
     * Runs the program on the calling thread, on a frame of zeros that nobody sees.
     *
     * @param times how often; the time is an average
     */
    public TestRun testRun(int times) throws KernelException {
        ByteBuffer frame = NativeMemory.allocate(TEST_FRAME_SIZE);
        ByteBuffer attributes = NativeMemory.allocate(TEST_RUN_SIZE)
                .putInt(TEST_PROG_FD, fd.number())
                .putInt(TEST_DATA_SIZE_IN, TEST_FRAME_SIZE)
                .putLong(TEST_DATA_IN, NativeMemory.address(frame))
                .putInt(TEST_REPEAT, times);
        long result = Bpf.call(Bpf.BPF_PROG_TEST_RUN, attributes);
        Reference.reachabilityFence(frame);
        if (result < 0) {
            throw new KernelException("bpf(BPF_PROG_TEST_RUN)", "", (int) -result);
        }
        return new TestRun(attributes.getInt(TEST_RETVAL), attributes.getInt(TEST_DURATION));
    }

    /** Runs a program for tracepoints that does not look at what is traced, on the calling thread (Linux 5.10). */
    public void testRunAtTracepoint() throws KernelException {
        ByteBuffer attributes = NativeMemory.allocate(TEST_RUN_SIZE).putInt(TEST_PROG_FD, fd.number());
        long result = Bpf.call(Bpf.BPF_PROG_TEST_RUN, attributes);
        if (result < 0) {
            throw new KernelException("bpf(BPF_PROG_TEST_RUN)", "tracepoint", (int) -result);
        }
    }

    /** Whatever it is attached to keeps it in the kernel. */
    @Override
    public void close() {
        fd.close();
    }
}
