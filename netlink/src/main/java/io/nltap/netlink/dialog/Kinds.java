// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.dialog;

/** Numbers of the kernel's headers that decide which message belongs to which. */
final class Kinds {
    // NLM_F_* of linux/netlink.h
    static final int REQUEST = 0x1;
    static final int MULTI = 0x2;
    static final int ACK = 0x4;
    static final int ECHO = 0x8;
    static final int DUMP_INTR = 0x10;
    static final int DUMP = 0x300;

    // NLMSG_* of linux/netlink.h
    static final int NOOP = 1;
    static final int ERROR = 2;
    static final int DONE = 3;
    static final int MIN_TYPE = 16;

    // NETLINK_* of linux/netlink.h
    static final int ROUTE = 0;
    static final int USERSOCK = 2;
    static final int SOCK_DIAG = 4;
    static final int XFRM = 6;
    static final int FIB_LOOKUP = 10;
    static final int NETFILTER = 12;
    static final int GENERIC = 16;

    // linux/netfilter/nfnetlink.h
    static final int BATCH_BEGIN = 0x10;
    static final int BATCH_END = 0x11;

    // linux/netfilter/nfnetlink_queue.h, subsystem 3
    static final int NFQ_PACKET = 0x300;
    static final int NFQ_VERDICT = 0x301;
    static final int NFQ_CONFIG = 0x302;
    static final int NFQ_VERDICT_BATCH = 0x303;

    // linux/xfrm.h
    static final int XFRM_GETSA = 18;
    static final int XFRM_GETPOLICY = 21;

    private static final int VERB = 3;
    private static final int GET = 2;

    private Kinds() {}

    /** The kinds of {@code linux/rtnetlink.h} come in fours: NEW, DEL, GET, SET. */
    static boolean isRouteGet(int type) {
        return (type & VERB) == GET;
    }

    static boolean isXfrmGet(int type) {
        return switch (type) {
            case XFRM_GETSA, XFRM_GETPOLICY, 22, 31, 35, 37, 40 -> true; // ALLOCSPI, GETAE, GETSADINFO, GETSPDINFO, ...
            default -> false;
        };
    }

    /** Whether a request of this kind changes an object of which others may want to know who changed it. */
    static boolean isChange(int protocol, int type) {
        return switch (protocol) {
            case ROUTE -> type >= MIN_TYPE && !isRouteGet(type);
            case XFRM -> type >= MIN_TYPE && !isXfrmGet(type);
            case NETFILTER -> type != BATCH_BEGIN && type != BATCH_END && isNetfilterChange(type >> 8, type & 0xFF);
            default -> false;
        };
    }

    private static boolean isNetfilterChange(int subsystem, int type) {
        return switch (subsystem) {
            case 1, 2 -> type == 0 || type == 2; // conntrack entries, expectations
            case 10 -> ExpectedReply.of(NETFILTER, 10 << 8 | type, REQUEST, 4, 0) == Owed.NOTHING;
            default -> false;
        };
    }
}
