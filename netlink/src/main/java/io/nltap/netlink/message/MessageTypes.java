// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.message;

import static io.nltap.netlink.message.MessageType.ANY;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Names of message types, by protocol. Newer ones than these headers show as numbers. */
public final class MessageTypes {
    public static final int NLMSG_ERROR = 2;
    public static final int NLMSG_DONE = 3;

    /** Types below this mean the same in every protocol: {@code linux/netlink.h}. */
    public static final int NLMSG_MIN_TYPE = 16;

    private static final String TYPE = "type %d";

    private static final Names CONTROL =
            Names.otherwise(TYPE).from(1, "NLMSG_NOOP", "NLMSG_ERROR", "NLMSG_DONE", "NLMSG_OVERRUN");

    /** {@code linux/rtnetlink.h}. */
    private static final Names RTM = Names.otherwise(TYPE)
            .family(16, "LINK", "NEW", "DEL", "GET", "SET")
            .family(20, "ADDR", "NEW", "DEL", "GET")
            .family(24, "ROUTE", "NEW", "DEL", "GET")
            .family(28, "NEIGH", "NEW", "DEL", "GET")
            .family(32, "RULE", "NEW", "DEL", "GET")
            .family(36, "QDISC", "NEW", "DEL", "GET")
            .family(40, "TCLASS", "NEW", "DEL", "GET")
            .family(44, "TFILTER", "NEW", "DEL", "GET")
            .family(48, "ACTION", "NEW", "DEL", "GET")
            .family(52, "PREFIX", "NEW")
            .family(56, "MULTICAST", "NEW", "DEL", "GET")
            .family(60, "ANYCAST", "NEW", "DEL", "GET")
            .family(64, "NEIGHTBL", "NEW", "GET", "SET")
            .family(68, "NDUSEROPT", "NEW")
            .family(72, "ADDRLABEL", "NEW", "DEL", "GET")
            .family(76, "DCB", "GET", "SET")
            .family(80, "NETCONF", "NEW", "DEL", "GET")
            .family(84, "MDB", "NEW", "DEL", "GET")
            .family(88, "NSID", "NEW", "DEL", "GET")
            .family(92, "STATS", "NEW", "GET", "SET")
            .family(96, "CACHEREPORT", "NEW")
            .family(100, "CHAIN", "NEW", "DEL", "GET")
            .family(104, "NEXTHOP", "NEW", "DEL", "GET")
            .family(108, "LINKPROP", "NEW", "DEL", "GET")
            .family(112, "VLAN", "NEW", "DEL", "GET")
            .family(116, "NEXTHOPBUCKET", "NEW", "DEL", "GET")
            .family(120, "TUNNEL", "NEW", "DEL", "GET");

    /** {@code linux/sock_diag.h}, {@code linux/inet_diag.h}. */
    private static final Names DIAG = Names.otherwise(TYPE)
            .from(18, "TCPDIAG_GETSOCK", "DCCPDIAG_GETSOCK", "SOCK_DIAG_BY_FAMILY", "SOCK_DESTROY");

    /** {@code linux/xfrm.h}. */
    private static final Names XFRM = Names.otherwise(TYPE)
            .from(16, "XFRM_MSG_NEWSA", "XFRM_MSG_DELSA", "XFRM_MSG_GETSA")
            .from(19, "XFRM_MSG_NEWPOLICY", "XFRM_MSG_DELPOLICY", "XFRM_MSG_GETPOLICY")
            .from(22, "XFRM_MSG_ALLOCSPI", "XFRM_MSG_ACQUIRE", "XFRM_MSG_EXPIRE", "XFRM_MSG_UPDPOLICY")
            .from(26, "XFRM_MSG_UPDSA", "XFRM_MSG_POLEXPIRE", "XFRM_MSG_FLUSHSA", "XFRM_MSG_FLUSHPOLICY")
            .from(30, "XFRM_MSG_NEWAE", "XFRM_MSG_GETAE", "XFRM_MSG_REPORT", "XFRM_MSG_MIGRATE")
            .from(34, "XFRM_MSG_NEWSADINFO", "XFRM_MSG_GETSADINFO", "XFRM_MSG_NEWSPDINFO", "XFRM_MSG_GETSPDINFO")
            .from(38, "XFRM_MSG_MAPPING", "XFRM_MSG_SETDEFAULT", "XFRM_MSG_GETDEFAULT");

    /** {@code NFNL_MSG_BATCH_*} of {@code linux/netfilter/nfnetlink.h}: the only ones of subsystem 0. */
    private static final Names NFNL = Names.otherwise(TYPE).from(16, "NFNL_MSG_BATCH_BEGIN", "NFNL_MSG_BATCH_END");

    /** {@code NFNL_SUBSYS_*} of {@code linux/netfilter/nfnetlink.h}, for messages without a name. */
    private static final Names SUBSYSTEM = Names.otherwise("subsystem %d")
            .from(0, "NONE", "CTNETLINK", "CTNETLINK_EXP", "QUEUE", "ULOG", "OSF", "IPSET", "ACCT")
            .from(8, "CTNETLINK_TIMEOUT", "CTHELPER", "NFTABLES", "NFT_COMPAT", "HOOK");

    /** By subsystem: {@code linux/netfilter/nfnetlink_*.h}, {@code nf_tables.h}, {@code ipset/ip_set.h}. */
    private static final Map<Integer, Names> NETFILTER = Map.ofEntries(
            Map.entry(0, NFNL),
            Map.entry(
                    1,
                    Names.otherwise(TYPE)
                            .from(0, "IPCTNL_MSG_CT_NEW", "IPCTNL_MSG_CT_GET", "IPCTNL_MSG_CT_DELETE")
                            .from(3, "IPCTNL_MSG_CT_GET_CTRZERO", "IPCTNL_MSG_CT_GET_STATS_CPU")
                            .from(5, "IPCTNL_MSG_CT_GET_STATS", "IPCTNL_MSG_CT_GET_DYING")
                            .from(7, "IPCTNL_MSG_CT_GET_UNCONFIRMED")),
            Map.entry(
                    2,
                    Names.otherwise(TYPE)
                            .from(0, "IPCTNL_MSG_EXP_NEW", "IPCTNL_MSG_EXP_GET", "IPCTNL_MSG_EXP_DELETE")
                            .from(3, "IPCTNL_MSG_EXP_GET_STATS_CPU")),
            Map.entry(
                    3,
                    Names.otherwise(TYPE)
                            .from(0, "NFQNL_MSG_PACKET", "NFQNL_MSG_VERDICT", "NFQNL_MSG_CONFIG")
                            .from(3, "NFQNL_MSG_VERDICT_BATCH")),
            Map.entry(4, Names.otherwise(TYPE).from(0, "NFULNL_MSG_PACKET", "NFULNL_MSG_CONFIG")),
            Map.entry(5, Names.otherwise(TYPE).from(0, "OSF_MSG_ADD", "OSF_MSG_REMOVE")),
            Map.entry(
                    6,
                    Names.otherwise(TYPE)
                            .from(1, "IPSET_CMD_PROTOCOL", "IPSET_CMD_CREATE", "IPSET_CMD_DESTROY", "IPSET_CMD_FLUSH")
                            .from(5, "IPSET_CMD_RENAME", "IPSET_CMD_SWAP", "IPSET_CMD_LIST", "IPSET_CMD_SAVE")
                            .from(9, "IPSET_CMD_ADD", "IPSET_CMD_DEL", "IPSET_CMD_TEST", "IPSET_CMD_HEADER")
                            .from(13, "IPSET_CMD_TYPE", "IPSET_CMD_GET_BYNAME", "IPSET_CMD_GET_BYINDEX")),
            Map.entry(
                    7,
                    Names.otherwise(TYPE)
                            .from(0, "NFNL_MSG_ACCT_NEW", "NFNL_MSG_ACCT_GET", "NFNL_MSG_ACCT_GET_CTRZERO")
                            .from(3, "NFNL_MSG_ACCT_DEL", "NFNL_MSG_ACCT_OVERQUOTA")),
            Map.entry(
                    8,
                    Names.otherwise(TYPE)
                            .from(0, "IPCTNL_MSG_TIMEOUT_NEW", "IPCTNL_MSG_TIMEOUT_GET", "IPCTNL_MSG_TIMEOUT_DELETE")
                            .from(3, "IPCTNL_MSG_TIMEOUT_DEFAULT_SET", "IPCTNL_MSG_TIMEOUT_DEFAULT_GET")),
            Map.entry(
                    9,
                    Names.otherwise(TYPE)
                            .from(0, "NFNL_MSG_CTHELPER_NEW", "NFNL_MSG_CTHELPER_GET", "NFNL_MSG_CTHELPER_DEL")),
            Map.entry(
                    10,
                    Names.otherwise(TYPE)
                            .from(0, "NFT_MSG_NEWTABLE", "NFT_MSG_GETTABLE", "NFT_MSG_DELTABLE")
                            .from(3, "NFT_MSG_NEWCHAIN", "NFT_MSG_GETCHAIN", "NFT_MSG_DELCHAIN")
                            .from(6, "NFT_MSG_NEWRULE", "NFT_MSG_GETRULE", "NFT_MSG_DELRULE")
                            .from(9, "NFT_MSG_NEWSET", "NFT_MSG_GETSET", "NFT_MSG_DELSET")
                            .from(12, "NFT_MSG_NEWSETELEM", "NFT_MSG_GETSETELEM", "NFT_MSG_DELSETELEM")
                            .from(15, "NFT_MSG_NEWGEN", "NFT_MSG_GETGEN", "NFT_MSG_TRACE")
                            .from(18, "NFT_MSG_NEWOBJ", "NFT_MSG_GETOBJ", "NFT_MSG_DELOBJ", "NFT_MSG_GETOBJ_RESET")
                            .from(22, "NFT_MSG_NEWFLOWTABLE", "NFT_MSG_GETFLOWTABLE", "NFT_MSG_DELFLOWTABLE")
                            .from(25, "NFT_MSG_GETRULE_RESET", "NFT_MSG_DESTROYTABLE", "NFT_MSG_DESTROYCHAIN")
                            .from(28, "NFT_MSG_DESTROYRULE", "NFT_MSG_DESTROYSET", "NFT_MSG_DESTROYSETELEM")
                            .from(31, "NFT_MSG_DESTROYOBJ", "NFT_MSG_DESTROYFLOWTABLE")
                            .from(33, "NFT_MSG_GETSETELEM_RESET")),
            Map.entry(11, Names.otherwise(TYPE).from(0, "NFNL_MSG_COMPAT_GET")),
            Map.entry(12, Names.otherwise(TYPE).from(0, "NFNL_MSG_HOOK_GET")));

    /** {@code GENL_ID_CTRL} of {@code linux/genetlink.h}: the only family whose number never changes. */
    private static final int NLCTRL = 16;

    /** {@code CTRL_CMD_*} of {@code linux/genetlink.h}. */
    private static final Names NLCTRL_COMMAND = Names.otherwise("nlctrl command %d")
            .from(1, "CTRL_CMD_NEWFAMILY", "CTRL_CMD_DELFAMILY", "CTRL_CMD_GETFAMILY", "CTRL_CMD_NEWOPS")
            .from(5, "CTRL_CMD_DELOPS", "CTRL_CMD_GETOPS", "CTRL_CMD_NEWMCAST_GRP", "CTRL_CMD_DELMCAST_GRP")
            .from(9, "CTRL_CMD_GETMCAST_GRP", "CTRL_CMD_GETPOLICY");

    /** All of the above the other way round. */
    static final NavigableMap<String, MessageType> BY_NAME = byName();

    private MessageTypes() {}

    private static NavigableMap<String, MessageType> byName() {
        NavigableMap<String, MessageType> types = new TreeMap<>();
        CONTROL.forEach((number, name) -> types.put(name, new MessageType(ANY, number, ANY)));
        RTM.forEach((number, name) -> types.put(name, new MessageType(Protocols.ROUTE, number, ANY)));
        DIAG.forEach((number, name) -> types.put(name, new MessageType(Protocols.SOCK_DIAG, number, ANY)));
        XFRM.forEach((number, name) -> types.put(name, new MessageType(Protocols.XFRM, number, ANY)));
        NETFILTER.forEach((subsystem, names) -> names.forEach(
                (number, name) -> types.put(name, new MessageType(Protocols.NETFILTER, subsystem << 8 | number, ANY))));
        NLCTRL_COMMAND.forEach((command, name) -> types.put(name, new MessageType(Protocols.GENERIC, NLCTRL, command)));
        return Collections.unmodifiableNavigableMap(types);
    }

    /**
     * @param type {@code nlmsg_type}
     * @param payload what follows the header, as far as there is any: generic netlink has its command there
     */
    public static String name(int protocol, int type, ByteBuffer payload) {
        if (type < NLMSG_MIN_TYPE && protocol != Protocols.NETFILTER) {
            return CONTROL.of(type);
        }
        return switch (protocol) {
            case Protocols.ROUTE -> RTM.of(type);
            case Protocols.SOCK_DIAG -> DIAG.of(type);
            case Protocols.XFRM -> XFRM.of(type);
            case Protocols.NETFILTER -> netfilter(type >> 8, type & 0xFF);
            case Protocols.GENERIC -> generic(type, payload);
            default -> TYPE.formatted(type);
        };
    }

    /** Such as {@code NFTABLES}: {@code nlmsg_type >> 8} of netfilter. */
    public static String subsystem(int subsystem) {
        return SUBSYSTEM.of(subsystem);
    }

    private static String netfilter(int subsystem, int type) {
        if (subsystem == 0 && type < NLMSG_MIN_TYPE) {
            return CONTROL.of(type);
        }
        Names names = NETFILTER.get(subsystem);
        String name = names == null ? TYPE.formatted(type) : names.of(type);
        return name.startsWith("type ") ? SUBSYSTEM.of(subsystem) + " " + name : name;
    }

    private static String generic(int family, ByteBuffer payload) {
        if (!payload.hasRemaining()) {
            return "family %d".formatted(family);
        }
        int command = payload.get(payload.position()) & 0xFF; // genlmsghdr.cmd
        return family == NLCTRL ? NLCTRL_COMMAND.of(command) : "family %d command %d".formatted(family, command);
    }
}
