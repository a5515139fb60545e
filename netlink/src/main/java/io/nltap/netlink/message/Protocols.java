// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.message;

/** Netlink protocols: {@code NETLINK_*} of {@code linux/netlink.h}. */
public final class Protocols {
    public static final int ROUTE = 0;
    public static final int USERSOCK = 2;
    public static final int SOCK_DIAG = 4;
    public static final int XFRM = 6;
    public static final int FIB_LOOKUP = 10;
    public static final int NETFILTER = 12;
    public static final int GENERIC = 16;

    private static final Names NAMES = Names.otherwise("protocol %d")
            .from(0, "ROUTE", "UNUSED", "USERSOCK", "FIREWALL", "SOCK_DIAG", "NFLOG", "XFRM", "SELINUX", "ISCSI")
            .from(9, "AUDIT", "FIB_LOOKUP", "CONNECTOR", "NETFILTER", "IP6_FW", "DNRTMSG", "KOBJECT_UEVENT", "GENERIC")
            .from(18, "SCSITRANSPORT", "ECRYPTFS", "RDMA", "CRYPTO", "SMC");

    private Protocols() {}

    /** Such as {@code ROUTE}; {@code protocol 30} of one without a name. */
    public static String name(int protocol) {
        return NAMES.of(protocol);
    }
}
