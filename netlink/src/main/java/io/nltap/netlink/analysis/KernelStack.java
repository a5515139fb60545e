// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.evidence.TaskState;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Where in the kernel a thread is: its stack, or at least the function in which it sleeps. {@code wchan} leaves out the
 * scheduler and the lock's own functions, and so names who takes the lock; some stacks do, too.
 */
final class KernelStack {
    private static final Set<String> SCHEDULER = Set.of(
            "__schedule",
            "schedule",
            "schedule_timeout",
            "schedule_preempt_disabled",
            "schedule_idle",
            "__switch_to",
            "__switch_to_asm",
            "switch_to",
            "_switch_to",
            "__wait_for_common",
            "wait_for_common",
            "io_schedule");

    private static final List<String> LOCKS = List.of(
            "mutex_lock",
            "__mutex_lock",
            "__ww_mutex_lock",
            "down_read",
            "down_write",
            "__down_read",
            "__down_write",
            "rwsem_down",
            "down_killable",
            "__down",
            "rtnl_lock",
            "genl_lock",
            "nfnl_lock",
            "rt_mutex",
            "rwlock",
            "_raw_spin_lock",
            "lock_sock",
            "__lock_sock");

    /** Functions that take the rtnl lock and never sleep for anything else. */
    private static final Set<String> RTNL_TAKERS = Set.of(
            "rtnetlink_rcv_msg",
            "rtnl_dumpit",
            "__netlink_dump_start",
            "netlink_dump",
            "devinet_ioctl",
            "inet6_ioctl",
            "addrconf_add_ifaddr",
            "addrconf_del_ifaddr",
            "ip_rt_ioctl",
            "register_netdev",
            "unregister_netdev",
            "dev_ioctl",
            "rtnl_newlink",
            "register_netdevice_notifier",
            "unregister_netdevice_notifier");

    /** Functions under which the rtnl lock is held. */
    private static final Set<String> RTNL_WORK = Set.of(
            "dev_ethtool",
            "__dev_ethtool",
            "dev_ifsioc",
            "dev_ioctl",
            "devinet_ioctl",
            "rtnetlink_rcv_msg",
            "rtnl_dumpit",
            "rtnl_dump_all",
            "rtnl_newlink",
            "__rtnl_newlink",
            "rtnl_dellink",
            "rtnl_setlink",
            "do_setlink",
            "rtnl_dump_ifinfo",
            "rtnl_getlink",
            "inet_rtm_newaddr",
            "inet_rtm_newroute",
            "inet6_rtm_newaddr",
            "inet6_rtm_newroute",
            "register_netdevice",
            "register_netdev",
            "unregister_netdevice_many",
            "unregister_netdevice_queue",
            "unregister_netdev",
            "default_device_exit_batch",
            "default_device_exit_net",
            "cleanup_net",
            "linkwatch_event",
            "addrconf_dad_work",
            "addrconf_verify_work",
            "netdev_run_todo",
            "netdev_wait_allrefs",
            "dev_change_flags",
            "__dev_change_flags",
            "__dev_open",
            "__dev_close_many",
            "dev_close",
            "dev_set_mtu",
            "br_ioctl_stub",
            "br_dev_siocdevprivate",
            "bond_do_ioctl",
            "__tun_chr_ioctl",
            "tun_chr_ioctl",
            "tun_chr_close",
            "ip_rt_ioctl",
            "addrconf_add_ifaddr",
            "mroute_ioctl",
            "ethnl_default_doit",
            "ethnl_default_set_doit",
            "ethnl_default_dumpit",
            "ip_mroute_setsockopt",
            "ip_mc_join_group",
            "dev_ingress_queue_create",
            "tc_modify_qdisc",
            "tc_new_tfilter",
            "setup_net");

    private final List<String> functions;

    private KernelStack(List<String> functions) {
        this.functions = functions;
    }

    static KernelStack of(TaskState task) {
        if (!task.stack().isEmpty()) {
            return new KernelStack(task.stack());
        }
        return new KernelStack(
                task.wchan().filter(name -> !name.equals("0")).map(List::of).orElse(List.of()));
    }

    boolean isKnown() {
        return !functions.isEmpty();
    }

    /** Whether more is known than where it sleeps. */
    boolean hasCallers() {
        return functions.size() > 1;
    }

    boolean has(String... names) {
        for (String function : functions) {
            for (String name : names) {
                if (plain(function).equals(name)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether it sleeps for a lock. */
    boolean waitsForLock(char state) {
        for (String function : functions) {
            String name = plain(function);
            if (SCHEDULER.contains(name)) {
                continue;
            }
            if (LOCKS.stream().anyMatch(name::startsWith)) {
                return true;
            }
            return state == 'D' && RTNL_TAKERS.contains(name); // its call of rtnl_lock was a jump
        }
        return false;
    }

    /** Whether the lock that it sleeps for is the rtnl lock, if it sleeps for one. */
    boolean isRtnl() {
        if (has("rtnl_lock", "rtnl_lock_killable", "rtnl_net_lock")) {
            return true;
        }
        String taker = firstThatIsNoLock();
        return RTNL_TAKERS.contains(taker) && !taker.equals("netlink_dump") && !taker.equals("__netlink_dump_start");
    }

    boolean isDump() {
        return has("netlink_dump", "__netlink_dump_start", "rtnl_dumpit", "netlink_dump_start");
    }

    /** Whether it does what is done under the rtnl lock. */
    boolean worksUnderRtnl() {
        return functions.stream().map(KernelStack::plain).anyMatch(RTNL_WORK::contains);
    }

    /** Of which protocol the request is that it works on, if its function for them is there. */
    OptionalInt protocol() {
        if (has("rtnetlink_rcv_msg", "rtnetlink_rcv", "rtnl_dumpit")) {
            return OptionalInt.of(0);
        }
        if (has("genl_rcv", "genl_rcv_msg", "genl_lock_dumpit", "genl_dumpit")) {
            return OptionalInt.of(16);
        }
        if (has("nfnetlink_rcv", "nfnetlink_rcv_msg", "nfnetlink_rcv_batch")) {
            return OptionalInt.of(12);
        }
        if (has("xfrm_netlink_rcv", "xfrm_user_rcv_msg")) {
            return OptionalInt.of(6);
        }
        return has("sock_diag_rcv", "sock_diag_rcv_msg") ? OptionalInt.of(4) : OptionalInt.empty();
    }

    /** Whether it is a thread of the kernel. */
    boolean isKernelThread() {
        return has("kthread", "worker_thread", "rescuer_thread", "smpboot_thread_fn");
    }

    /** The innermost functions, for people. */
    String shown() {
        return String.join(" < ", functions.subList(0, Math.min(8, functions.size())));
    }

    List<String> functions() {
        return functions;
    }

    private String firstThatIsNoLock() {
        for (String function : functions) {
            String name = plain(function);
            if (!SCHEDULER.contains(name) && LOCKS.stream().noneMatch(name::startsWith)) {
                return name;
            }
        }
        return "";
    }

    /** Compilers append {@code .isra.0}, {@code .constprop.0}, {@code .part.0}. */
    private static String plain(String function) {
        int dot = function.indexOf('.');
        return dot < 0 ? function : function.substring(0, dot);
    }
}
