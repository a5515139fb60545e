// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import java.util.Set;

/** System calls whose first argument is a descriptor and that a netlink socket is used with, by number. */
final class SocketCalls {

    // read, write, close, ioctl, readv, writev, sendto, recvfrom, sendmsg, recvmsg, bind, setsockopt, getsockopt,
    // recvmmsg,
    // sendmmsg   arch/x86/entry/syscalls/syscall_64.tbl
    private static final Set<Integer> X86_64 = Set.of(0, 1, 3, 16, 19, 20, 44, 45, 46, 47, 49, 54, 55, 299, 307);
    // the same   include/uapi/asm-generic/unistd.h
    private static final Set<Integer> GENERIC =
            Set.of(63, 64, 57, 29, 65, 66, 206, 207, 211, 212, 200, 208, 209, 243, 269);

    private final Set<Integer> numbers;

    private SocketCalls(Set<Integer> numbers) {
        this.numbers = numbers;
    }

    /** @param architecture as Java calls it, {@code os.arch} */
    static SocketCalls of(String architecture) {
        return new SocketCalls(architecture.equals("amd64") ? X86_64 : GENERIC);
    }

    boolean include(int syscall) {
        return numbers.contains(syscall);
    }
}
