// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.change;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Kinds of objects that requests change, and how each is told from others of its kind: by names of the kernel's headers, of
 * fields and of attributes; with {@code |} the first that is there, with a space a word before it.
 */
enum ObjectKind {
    LINK("link", 0, Set.of(16, 19, 108), Set.of(17, 109), List.of("IFLA_IFNAME", "ifi_index")),
    ADDRESS("address", 0, Set.of(20), Set.of(21), List.of("IFA_LOCAL|IFA_ADDRESS", "/ifa_prefixlen", "dev ifa_index")),
    ROUTE(
            "route",
            0,
            Set.of(24),
            Set.of(25),
            List.of("RTA_DST|default rtm_family", "/rtm_dst_len", "table RTA_TABLE|rtm_table", "metric RTA_PRIORITY")),
    NEIGHBOUR("neighbour", 0, Set.of(28), Set.of(29), List.of("NDA_DST|NDA_LLADDR", "dev ndm_ifindex")),
    RULE(
            "rule",
            0,
            Set.of(32),
            Set.of(33),
            List.of(
                    "family",
                    "priority FRA_PRIORITY",
                    "from FRA_SRC",
                    "to FRA_DST",
                    "fwmark FRA_FWMARK",
                    "table FRA_TABLE|table")),
    QDISC("qdisc", 0, Set.of(36), Set.of(37), List.of("dev tcm_ifindex", "parent tcm_parent")),
    CLASS("class", 0, Set.of(40), Set.of(41), List.of("dev tcm_ifindex", "tcm_handle")),
    FILTER("filter", 0, Set.of(44), Set.of(45), List.of("dev tcm_ifindex", "parent tcm_parent", "tcm_info")),
    CHAIN("chain", 0, Set.of(100), Set.of(101), List.of("dev tcm_ifindex", "parent tcm_parent", "chain TCA_CHAIN")),
    NEXTHOP("nexthop", 0, Set.of(104), Set.of(105), List.of("id NHA_ID")),
    MDB("mdb entry", 0, Set.of(84), Set.of(85), List.of("ifindex", "MDBA_SET_ENTRY|MDBA_MDB")),
    NSID("nsid", 0, Set.of(88), Set.of(89), List.of("NETNSA_NSID")),
    VLAN("vlan", 0, Set.of(112), Set.of(113), List.of("dev ifindex")),

    XFRM_STATE(
            "xfrm state",
            6,
            Set.of(16, 26),
            Set.of(17),
            List.of("id.daddr|daddr", "spi id.spi|spi", "proto id.proto|proto")),
    XFRM_POLICY(
            "xfrm policy",
            6,
            Set.of(19, 25),
            Set.of(20),
            List.of("sel.saddr", "/sel.prefixlen_s", "to sel.daddr", "/sel.prefixlen_d", "dir dir")),
    XFRM_STATES("all xfrm states", 6, Set.of(), Set.of(28), List.of("proto")),
    XFRM_POLICIES("all xfrm policies", 6, Set.of(), Set.of(29), List.of()),

    NFT_TABLE("nft table", 12, nft(0), nft(2, 26), List.of("nfgen_family", "NFTA_TABLE_NAME")),
    NFT_CHAIN("nft chain", 12, nft(3), nft(5, 27), List.of("nfgen_family", "NFTA_CHAIN_TABLE", "NFTA_CHAIN_NAME")),
    NFT_RULE(
            "nft rule",
            12,
            nft(6),
            nft(8, 28),
            List.of("nfgen_family", "NFTA_RULE_TABLE", "NFTA_RULE_CHAIN", "handle NFTA_RULE_HANDLE")),
    NFT_SET("nft set", 12, nft(9), nft(11, 29), List.of("nfgen_family", "NFTA_SET_TABLE", "NFTA_SET_NAME")),
    NFT_ELEMENTS(
            "nft set elements",
            12,
            nft(12),
            nft(14, 30),
            List.of("nfgen_family", "NFTA_SET_ELEM_LIST_TABLE", "NFTA_SET_ELEM_LIST_SET")),
    NFT_OBJECT("nft object", 12, nft(18), nft(20, 31), List.of("nfgen_family", "NFTA_OBJ_TABLE", "NFTA_OBJ_NAME")),
    NFT_FLOWTABLE(
            "nft flowtable",
            12,
            nft(22),
            nft(24, 32),
            List.of("nfgen_family", "NFTA_FLOWTABLE_TABLE", "NFTA_FLOWTABLE_NAME")),

    /** One is told from others by what its first packet had. */
    CONNTRACK(
            "conntrack entry",
            12,
            Set.of(1 << 8),
            Set.of(1 << 8 | 2),
            List.of(
                    tuple("CTA_TUPLE_PROTO.CTA_PROTO_NUM"),
                    "from " + tuple("CTA_TUPLE_IP.CTA_IP_V4_SRC") + "|" + tuple("CTA_TUPLE_IP.CTA_IP_V6_SRC"),
                    "port " + tuple("CTA_TUPLE_PROTO.CTA_PROTO_SRC_PORT"),
                    "to " + tuple("CTA_TUPLE_IP.CTA_IP_V4_DST") + "|" + tuple("CTA_TUPLE_IP.CTA_IP_V6_DST"),
                    "port " + tuple("CTA_TUPLE_PROTO.CTA_PROTO_DST_PORT"),
                    "id " + tuple("CTA_TUPLE_PROTO.CTA_PROTO_ICMP_ID") + "|"
                            + tuple("CTA_TUPLE_PROTO.CTA_PROTO_ICMPV6_ID"),
                    "zone CTA_ZONE"));

    private static final Map<Integer, ObjectKind> BY_TYPE = byType();

    private final String word;
    private final int protocol;
    private final Set<Integer> making;
    private final Set<Integer> removing;
    private final List<IdentityPart> identity;

    ObjectKind(String word, int protocol, Set<Integer> making, Set<Integer> removing, List<String> identity) {
        this.word = word;
        this.protocol = protocol;
        this.making = making;
        this.removing = removing;
        this.identity = identity.stream().map(IdentityPart::of).toList();
    }

    private static Map<Integer, ObjectKind> byType() {
        Map<Integer, ObjectKind> kinds = new HashMap<>();
        for (ObjectKind kind : values()) {
            kind.making.forEach(type -> kinds.put(key(kind.protocol, type), kind));
            kind.removing.forEach(type -> kinds.put(key(kind.protocol, type), kind));
        }
        return kinds;
    }

    private static int key(int protocol, int type) {
        return protocol << 16 | type;
    }

    private static String tuple(String path) {
        return "CTA_TUPLE_ORIG.%s|CTA_TUPLE_REPLY.%1$s".formatted(path);
    }

    private static Set<Integer> nft(int... types) {
        Set<Integer> all = new HashSet<>();
        Arrays.stream(types).forEach(type -> all.add(10 << 8 | type));
        return all;
    }

    /** Of the messages that make, change or remove an object. */
    static Optional<ObjectKind> of(int protocol, int type) {
        return Optional.ofNullable(BY_TYPE.get(key(protocol, type)));
    }

    boolean isRemoval(int type) {
        return removing.contains(type);
    }

    /** Whether several may be called alike: what is made is a new one then, whatever was made before. */
    boolean isOneOfMany() {
        return this == RULE || this == NFT_RULE || this == NFT_ELEMENTS || this == FILTER;
    }

    /** Whether traffic makes, changes and removes such objects: only what a request does is a change of interest. */
    boolean isOfTraffic() {
        return this == CONNTRACK;
    }

    /** Such as {@code nft rule}. */
    String word() {
        return word;
    }

    List<IdentityPart> identity() {
        return identity;
    }
}
