// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import jnr.ffi.Platform;

/** Numbers of the system calls that the C library does not name, by architecture ({@code asm/unistd_64.h}). */
record SyscallNumbers(long initModule, long finitModule, long deleteModule, long bpf) {

    private static final SyscallNumbers AMD64 = new SyscallNumbers(175, 313, 176, 321);
    /** {@code asm-generic/unistd.h}. */
    private static final SyscallNumbers ARM64 = new SyscallNumbers(105, 273, 106, 280);

    static SyscallNumbers ofThisMachine() {
        return of(Platform.getNativePlatform().getCPU());
    }

    static SyscallNumbers of(Platform.CPU cpu) {
        return switch (cpu) {
            case X86_64 -> AMD64;
            case AARCH64 -> ARM64;
            default ->
                throw new UnsupportedOperationException(
                        "nltap's agent runs on amd64 and arm64, this machine is " + cpu);
        };
    }
}
