// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import io.nltap.netlink.evidence.SocketHolder;
import io.nltap.netlink.evidence.TaskState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Says on which socket a thread is in a call of netlink where the kernel does not tell the call's arguments (User Mode Linux,
 * or without the right to trace the process): the only netlink socket that its process has, if it has one.
 */
final class OnlySocket {

    private static final List<String> CALLS = List.of("netlink_recvmsg", "netlink_sendmsg");

    private final Map<Integer, Set<Long>> sockets = new HashMap<>();

    OnlySocket(List<SocketHolder> holders) {
        for (SocketHolder holder : holders) {
            sockets.computeIfAbsent(holder.pid(), pid -> new HashSet<>()).add(holder.inode());
        }
    }

    TaskState fill(TaskState task) {
        Set<Long> own = sockets.getOrDefault(task.pid(), Set.of());
        if (task.syscall().isPresent()
                || task.fdInode().isPresent()
                || own.size() != 1
                || CALLS.stream().noneMatch(task.stack()::contains)) {
            return task;
        }
        return new TaskState(
                task.pid(),
                task.tid(),
                task.seenNanos(),
                task.comm(),
                task.netnsInode(),
                task.state(),
                task.syscall(),
                task.arguments(),
                OptionalLong.of(own.iterator().next()),
                task.wchan(),
                task.stack(),
                task.pod(),
                task.container());
    }
}
