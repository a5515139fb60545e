// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;

/**
 * Runs a program on what an interface sends, beside any others, as long as this is open: also when the process is killed
 * the kernel closes it (tcx, Linux 6.6).
 */
public final class TcxLink implements AutoCloseable {

    // union bpf_attr, BPF_LINK_CREATE: __u32 prog_fd, target_ifindex, attach_type, flags;
    //         struct { __u32 relative_fd; __u64 expected_revision; } tcx;   linux/bpf.h
    private static final int LINK_CREATE_SIZE = 32;
    private static final int PROG_FD = 0;
    private static final int TARGET_IFINDEX = 4;
    private static final int ATTACH_TYPE = 8;
    private static final int BPF_TCX_EGRESS = 47;

    private final Fd fd;

    private TcxLink(Fd fd) {
        this.fd = fd;
    }

    /**
     * Attaches to an interface of the calling thread's namespace.
     *
     * @throws KernelException EINVAL before Linux 6.6, ENODEV when there is no such interface, EPERM without CAP_NET_ADMIN
     */
    public static TcxLink open(BpfProgram program, int interfaceIndex) throws KernelException {
        ByteBuffer attributes = NativeMemory.allocate(LINK_CREATE_SIZE)
                .putInt(PROG_FD, program.fd())
                .putInt(TARGET_IFINDEX, interfaceIndex)
                .putInt(ATTACH_TYPE, BPF_TCX_EGRESS);
        return new TcxLink(Bpf.open(
                Bpf.BPF_LINK_CREATE, attributes, "bpf(BPF_LINK_CREATE)", "tcx egress of interface " + interfaceIndex));
    }

    @Override
    public void close() {
        fd.close();
    }
}
