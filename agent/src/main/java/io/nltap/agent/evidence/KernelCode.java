// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import java.util.List;

/** Tells of kernel functions whether a thread in them may wait for netlink, or keep others waiting. */
final class KernelCode {

    /** Parts of names: functions move between files and get prefixes, their subject stays in the name. */
    private static final List<String> PARTS = List.of(
            "rtnl",
            "rtnetlink",
            "netlink",
            "genl_",
            "nfnl",
            "nf_tables",
            "nft_",
            "xfrm_",
            "netdev",
            "dev_ioctl",
            "devinet",
            "ethtool",
            "net_ns",
            "cleanup_net",
            "linkwatch",
            "request_module",
            "usermodehelper",
            "synchronize_net",
            "dev_open",
            "dev_close",
            "dev_change",
            "addrconf",
            "audit_receive",
            "sock_do_ioctl",
            "__sock_create");

    private KernelCode() {}

    static boolean isOfInterest(String function) {
        for (String part : PARTS) {
            if (function.contains(part)) {
                return true;
            }
        }
        return false;
    }

    static boolean isOfInterest(List<String> stack) {
        for (String function : stack) {
            if (isOfInterest(function)) {
                return true;
            }
        }
        return false;
    }
}
