// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.evidence.TaskState;
import java.util.Set;

/** What a thread is doing, as far as it matters here. */
enum Whereabouts {
    /** Waits in the kernel for the rtnl lock, for a request. */
    WAITS_FOR_RTNL,
    /** Likewise, for a dump, or the next part of one. */
    WAITS_FOR_RTNL_TO_DUMP,
    /** Waits in the kernel for another lock. */
    WAITS_FOR_LOCK,
    /** Waits in the kernel for a module. */
    WAITS_FOR_MODULE,
    WAITS_FOR_PEER,
    WAITS_FOR_MEMORY,
    WAITS_FOR_AUDIT,
    /** Is in the kernel, which works on its request. */
    WORKS_ON_REQUEST,
    /** Opens a socket whose protocol needs a module. */
    OPENS_SOCKET,
    BINDS,
    CLOSES,
    /** Waits for the rtnl lock, but not by netlink. */
    WAITS_AT_ANOTHER_DOOR,
    READS_SYSFS,
    RECEIVES,
    POLLS,
    /** Stopped by a signal, a debugger or the freezer. */
    STOPPED,
    ELSEWHERE;

    // Numbers of x86-64 and of arm64 together: with a netlink socket as the first argument they cannot be mistaken.
    private static final Set<Integer> SEND = Set.of(44, 46, 307, 206, 211, 269);
    private static final Set<Integer> RECEIVE = Set.of(45, 47, 299, 207, 212, 243);
    private static final Set<Integer> READ = Set.of(0, 19, 63, 65);
    private static final Set<Integer> POLL = Set.of(7, 23, 232, 270, 271, 281, 441, 22, 72, 73);

    /** @param isOnNetlink whether the first argument of its system call is a netlink socket */
    static Whereabouts of(TaskState task, boolean isOnNetlink) {
        KernelStack stack = KernelStack.of(task);
        if (task.state() == 'T'
                || task.state() == 't'
                || stack.has("do_freezer_trap", "__refrigerator", "get_signal")) {
            return STOPPED;
        }
        boolean waits = stack.waitsForLock(task.state());
        int syscall = task.syscall().orElse(-1);
        boolean sends = stack.has("netlink_sendmsg") || (isOnNetlink && SEND.contains(syscall));
        boolean receives = stack.has("netlink_recvmsg", "netlink_recvmsg_iter", "__skb_wait_for_more_packets")
                || (isOnNetlink && (RECEIVE.contains(syscall) || READ.contains(syscall)));
        // By where it sleeps alone, other programs that the kernel starts cannot be told from modprobe.
        boolean loadsModule = stack.has("__request_module", "call_modprobe")
                || (!stack.hasCallers() && stack.has("call_usermodehelper_exec", "wait_for_umh"));
        if (loadsModule) {
            return stack.has("netlink_create", "__sock_create") && !sends
                    ? OPENS_SOCKET
                    : sends ? WAITS_FOR_MODULE : ELSEWHERE;
        }
        if (stack.has("netlink_attachskb")) {
            return WAITS_FOR_PEER;
        }
        if (waits && (sends || receives || stack.isDump())) {
            return stack.isDump() && (stack.isRtnl() || stack.has("rtnl_dumpit", "rtnetlink_rcv_msg"))
                    ? WAITS_FOR_RTNL_TO_DUMP
                    : stack.isRtnl() ? WAITS_FOR_RTNL : WAITS_FOR_LOCK;
        }
        if (sends) {
            return inSend(stack);
        }
        if (receives) {
            return RECEIVES;
        }
        if (stack.has("netlink_table_grab", "netlink_bind", "netlink_setsockopt", "genl_bind")) {
            return BINDS;
        }
        if (stack.has("netlink_release")) {
            return CLOSES;
        }
        if (waits && stack.isRtnl() && !stack.isKernelThread()) {
            return WAITS_AT_ANOTHER_DOOR;
        }
        if (stack.has("netdev_show", "dev_attr_show", "restart_syscall")
                && stack.has("sysfs_kf_seq_show", "netdev_show")) {
            return READS_SYSFS;
        }
        return POLL.contains(syscall) || stack.has("poll_schedule_timeout", "ep_poll", "do_epoll_wait", "do_sys_poll")
                ? POLLS
                : ELSEWHERE;
    }

    private static Whereabouts inSend(KernelStack stack) {
        if (stack.has("try_to_free_pages", "do_try_to_free_pages", "shrink_node", "mem_cgroup_handle_over_high")) {
            return WAITS_FOR_MEMORY;
        }
        return stack.has("audit_receive") ? WAITS_FOR_AUDIT : WORKS_ON_REQUEST;
    }

    /** Whether the thread is in the kernel on behalf of a request that it sent, or of a dump that it reads. */
    boolean isInsideKernel() {
        return this == WAITS_FOR_RTNL
                || this == WAITS_FOR_RTNL_TO_DUMP
                || this == WAITS_FOR_LOCK
                || this == WAITS_FOR_MODULE
                || this == WAITS_FOR_PEER
                || this == WAITS_FOR_MEMORY
                || this == WAITS_FOR_AUDIT
                || this == WORKS_ON_REQUEST;
    }
}
