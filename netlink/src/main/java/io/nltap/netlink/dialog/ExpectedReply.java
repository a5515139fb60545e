// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.dialog;

/**
 * What the kernel owes for a request, by what its code does on each kind: {@code netlink_rcv_skb} of
 * {@code net/netlink/af_netlink.c}, {@code rtnetlink_rcv_msg}, {@code nfnetlink_rcv}, {@code genl_rcv_msg},
 * {@code xfrm_user_rcv_msg}, {@code sock_diag_rcv_msg}. Confirmed on Linux 6.1, 6.12 and 7.2.
 */
final class ExpectedReply {
    private static final int MIN_TYPE = 16; // NLMSG_MIN_TYPE

    private static final int NFGENMSG = 4;

    private static final int GENL_CTRL = 16;
    private static final int SOCK_DESTROY = 21;

    private static final int NFNL_QUEUE = 3;
    private static final int NFNL_IPSET = 6;
    private static final int NFNL_NFTABLES = 10;

    private ExpectedReply() {}

    /**
     * @param type {@code nlmsg_type}
     * @param flags {@code nlmsg_flags}
     * @param payload bytes after the header
     * @param command first byte of the payload, which is the command in generic netlink
     */
    static Owed of(int protocol, int type, int flags, long payload, int command) {
        if (protocol == Kinds.USERSOCK) {
            return Owed.OF_A_PEER;
        }
        boolean ack = (flags & Kinds.ACK) != 0;
        boolean isDiscarded = (flags & Kinds.REQUEST) == 0
                || type < MIN_TYPE
                || (protocol == Kinds.ROUTE && payload < 1)
                || (protocol == Kinds.NETFILTER && payload < NFGENMSG);
        if (isDiscarded) {
            return ack ? Owed.ACK : Owed.SILENCE; // the acknowledgement says that all is well
        }
        if (isDump(protocol, type, flags)) {
            return Owed.DUMP;
        }
        return switch (asks(protocol, type, command)) {
            case YES -> ack ? Owed.REPLY_AND_ACK : Owed.REPLY;
            case NO -> ack ? Owed.ACK : (flags & Kinds.ECHO) != 0 ? Owed.PERHAPS : Owed.NOTHING;
            case PERHAPS -> ack ? Owed.ACK : Owed.PERHAPS;
        };
    }

    /** Both bits of NLM_F_DUMP mean other things in requests that change something; some protocols test for any. */
    static boolean isDump(int protocol, int type, int flags) {
        boolean any = (flags & Kinds.DUMP) != 0;
        boolean both = (flags & Kinds.DUMP) == Kinds.DUMP;
        return switch (protocol) {
            case Kinds.ROUTE -> any && Kinds.isRouteGet(type);
            case Kinds.SOCK_DIAG -> any && type != SOCK_DESTROY;
            case Kinds.XFRM -> any && (type == Kinds.XFRM_GETSA || type == Kinds.XFRM_GETPOLICY);
            case Kinds.NETFILTER -> any && asks(protocol, type, 0) == Answer.YES;
            default -> both;
        };
    }

    private enum Answer {
        YES,
        NO,
        PERHAPS
    }

    private static Answer asks(int protocol, int type, int command) {
        return switch (protocol) {
            case Kinds.ROUTE -> Kinds.isRouteGet(type) ? Answer.YES : Answer.NO;
            case Kinds.SOCK_DIAG -> type == SOCK_DESTROY ? Answer.NO : Answer.YES;
            case Kinds.XFRM -> Kinds.isXfrmGet(type) ? Answer.YES : Answer.NO;
            case Kinds.NETFILTER -> netfilter(type >> 8, type & 0xFF) ? Answer.YES : Answer.NO;
            case Kinds.FIB_LOOKUP -> Answer.YES;
            case Kinds.GENERIC -> type == GENL_CTRL ? (command == 3 ? Answer.YES : Answer.PERHAPS) : Answer.PERHAPS;
            default -> Answer.PERHAPS;
        };
    }

    /** By subsystem: the commands that get something, of {@code linux/netfilter/nfnetlink_*.h}. */
    private static boolean netfilter(int subsystem, int type) {
        return switch (subsystem) {
            case 1 -> type == 1 || type >= 3; // IPCTNL_MSG_CT_GET, and those that come after DELETE
            case 2 -> type == 1 || type == 3; // IPCTNL_MSG_EXP_GET, _GET_STATS_CPU
            case NFNL_QUEUE, 0, 4, 5 -> false;
            case NFNL_IPSET -> type == 1 || type == 7 || type == 8 || (type >= 12 && type <= 15);
            case 7 -> type == 1 || type == 2; // NFNL_MSG_ACCT_GET, _GET_CTRZERO
            case 8 -> type == 1 || type == 4; // IPCTNL_MSG_TIMEOUT_GET, _DEFAULT_GET
            case 9 -> type == 1; // NFNL_MSG_CTHELPER_GET
            case NFNL_NFTABLES -> isNftGet(type);
            case 11, 12 -> true; // NFNL_MSG_COMPAT_GET, NFNL_MSG_HOOK_GET
            default -> false;
        };
    }

    private static boolean isNftGet(int type) {
        return switch (type) {
            case 1, 4, 7, 10, 13, 16, 19, 21, 23, 25, 33 -> true;
            default -> false;
        };
    }
}
