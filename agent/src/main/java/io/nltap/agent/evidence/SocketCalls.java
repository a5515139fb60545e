// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import java.util.Set;

/** System calls whose first argument is a descriptor and that a netlink socket is used with, and those to rest in, by number. */
final class SocketCalls {

    // read, write, close, ioctl, readv, writev, sendto, recvfrom, sendmsg, recvmsg, bind, setsockopt, getsockopt,
    // recvmmsg,
    // sendmmsg   arch/x86/entry/syscalls/syscall_64.tbl
    private static final Set<Integer> X86_64 = Set.of(0, 1, 3, 16, 19, 20, 44, 45, 46, 47, 49, 54, 55, 299, 307);
    // the same   include/uapi/asm-generic/unistd.h
    private static final Set<Integer> GENERIC =
            Set.of(63, 64, 57, 29, 65, 66, 206, 207, 211, 212, 200, 208, 209, 243, 269);

    // futex, nanosleep, clock_nanosleep, epoll_wait, epoll_pwait, epoll_pwait2, poll, ppoll, select, pselect6,
    // rt_sigtimedwait   likewise
    private static final Set<Integer> WAITS_X86_64 = Set.of(202, 35, 230, 232, 281, 441, 7, 271, 23, 270, 128);
    private static final Set<Integer> WAITS_GENERIC = Set.of(98, 101, 115, 22, 441, 73, 72, 137);

    private final Set<Integer> numbers;
    private final Set<Integer> waits;

    private SocketCalls(Set<Integer> numbers, Set<Integer> waits) {
        this.numbers = numbers;
        this.waits = waits;
    }

    /** @param architecture as Java calls it, {@code os.arch} */
    static SocketCalls of(String architecture) {
        return architecture.equals("amd64")
                ? new SocketCalls(X86_64, WAITS_X86_64)
                : new SocketCalls(GENERIC, WAITS_GENERIC);
    }

    boolean include(int syscall) {
        return numbers.contains(syscall);
    }

    /** Whether whoever is in it waits for another thread, for time, or for any of several descriptors. */
    boolean isWait(int syscall) {
        return waits.contains(syscall);
    }
}
