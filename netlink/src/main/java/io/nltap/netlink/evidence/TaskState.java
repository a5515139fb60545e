// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.evidence;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One thread, from {@code /proc/PID/task/TID/{stat,comm,syscall,wchan,stack}} (proc(5)). What could not be read is empty.
 *
 * @param pid of its process, in the first PID namespace
 * @param tid of the thread, in the first PID namespace
 * @param seenNanos when it was seen to do that, nanoseconds since 1970: mostly later than the sample's time, on a busy machine by
 *     seconds; earlier in the last sample of all, which tells once more what was seen last
 * @param netnsInode of the thread's network namespace, which need not be that of its sockets
 * @param state {@code R}, {@code S}, {@code D}, {@code T}, {@code t}, {@code Z} and so on
 * @param syscall number that it is in, of the machine's architecture; empty when it runs or is in none
 * @param arguments of the system call, up to six
 * @param fdInode inode of the socket that the first argument names as a descriptor; where the kernel does not tell the
 *     arguments and the thread is in a call of netlink, of the only netlink socket of its process; empty when there is none
 * @param wchan kernel function in which it sleeps; empty when it does not or may not be known
 * @param stack functions of its kernel stack, the innermost first, without offsets
 * @param pod {@code namespace/name}
 * @param container name of the container, or the beginning of its id
 */
public record TaskState(
        int pid,
        int tid,
        long seenNanos,
        String comm,
        OptionalLong netnsInode,
        char state,
        OptionalInt syscall,
        List<Long> arguments,
        OptionalLong fdInode,
        Optional<String> wchan,
        List<String> stack,
        Optional<String> pod,
        Optional<String> container) {

    public TaskState {
        arguments = List.copyOf(arguments);
        stack = List.copyOf(stack);
    }
}
