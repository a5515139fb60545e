// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.redaction;

import java.util.Map;

/** All attributes with key material that are known, as {@code docs/redaction.md} lists them. Numbers are of the headers named. */
final class SecretTables {

    // struct xfrm_algo { char alg_name[64]; unsigned int alg_key_len; char alg_key[]; };   linux/xfrm.h
    private static final int XFRM_ALGO = 68;
    // struct xfrm_algo_aead, xfrm_algo_auth: the same with one more number, alg_icv_len or alg_trunc_len
    private static final int XFRM_ALGO_LONGER = 72;

    /** {@code enum xfrm_attr_type_t}: ALG_AUTH, ALG_CRYPT, ALG_COMP, ALG_AEAD, ALG_AUTH_TRUNC. */
    static final SecretAttributes XFRM = SecretAttributes.none()
            .secretAfter(1, XFRM_ALGO)
            .secretAfter(2, XFRM_ALGO)
            .secretAfter(3, XFRM_ALGO)
            .secretAfter(18, XFRM_ALGO_LONGER)
            .secretAfter(20, XFRM_ALGO_LONGER);

    /**
     * {@code INET_DIAG_MD5SIG} of linux/inet_diag.h: an array of {@code struct tcp_diag_md5sig { __u8 tcpm_family,
     * tcpm_prefixlen; __u16 tcpm_keylen; __be32 tcpm_addr[4]; __u8 tcpm_key[80]; }}.
     */
    static final SecretAttributes INET_DIAG = SecretAttributes.none().secretInEach(18, 20, 100);

    // linux/wireguard.h: WGDEVICE_A_PRIVATE_KEY, WGDEVICE_A_PEERS, WGPEER_A_PRESHARED_KEY
    private static final SecretFamily WIREGUARD = SecretFamily.of(
            SecretAttributes.none().secret(3).list(8, SecretAttributes.none().secret(2)));

    // linux/if_macsec.h: MACSEC_SA_ATTR_KEY and _SALT, in MACSEC_ATTR_SA_CONFIG, in the list MACSEC_ATTR_TXSA_LIST, and
    // in the
    // list MACSEC_RXSC_ATTR_SA_LIST of each of the list MACSEC_ATTR_RXSC_LIST
    private static final SecretAttributes MACSEC_SA =
            SecretAttributes.none().secret(4).secret(9);
    private static final SecretFamily MACSEC = SecretFamily.of(SecretAttributes.none()
            .nest(3, MACSEC_SA)
            .list(5, MACSEC_SA)
            .list(6, SecretAttributes.none().list(3, MACSEC_SA)));

    // linux/nl80211.h: NL80211_KEY_DATA in NL80211_ATTR_KEY and in the list NL80211_ATTR_KEYS; NL80211_REKEY_DATA_KEK
    // and _KCK;
    // NL80211_ATTR_KEY_DATA, _PMKID (of which passwords are guessed), _VENDOR_DATA (nobody knows what is in it),
    // _FILS_KEK,
    // _FILS_ERP_RRK, _PMK, _SAE_PASSWORD
    private static final SecretAttributes NL80211_KEY = SecretAttributes.none().secret(1);
    private static final SecretFamily NL80211 = SecretFamily.of(SecretAttributes.none()
            .secret(7)
            .nest(80, NL80211_KEY)
            .list(81, NL80211_KEY)
            .secret(85)
            .nest(122, SecretAttributes.none().secret(1).secret(2))
            .secret(197)
            .secret(242)
            .secret(252)
            .secret(254)
            .secret(277));

    // linux/tipc_netlink.h: TIPC_NLA_NODE_KEY in TIPC_NLA_NODE
    private static final SecretFamily TIPC = SecretFamily.of(
            SecretAttributes.none().nest(6, SecretAttributes.none().secret(4)));

    // linux/seg6_genl.h: SEG6_ATTR_SECRET, SEG6_ATTR_HMACINFO
    private static final SecretFamily SEG6 =
            SecretFamily.of(SecretAttributes.none().secret(4).secret(7));

    // linux/l2tp.h: L2TP_ATTR_COOKIE, L2TP_ATTR_PEER_COOKIE
    private static final SecretFamily L2TP =
            SecretFamily.of(SecretAttributes.none().secret(15).secret(16));

    // linux/tcp_metrics.h: TCP_METRICS_ATTR_FOPEN_COOKIE
    private static final SecretFamily TCP_METRICS =
            SecretFamily.of(SecretAttributes.none().secret(10));

    // linux/cifs/cifs_netlink.h: CIFS_GENL_ATTR_SWN_PASSWORD
    private static final SecretFamily CIFS =
            SecretFamily.of(SecretAttributes.none().secret(10));

    // linux/ethtool_netlink.h: ETHTOOL_A_WOL_SOPASS, with ETHTOOL_MSG_WOL_GET_REPLY, _NTF and _SET
    private static final SecretFamily ETHTOOL =
            SecretFamily.of(SecretAttributes.none().secret(3)).with(9, 10);

    /** By name; every other family that the kernel knows is taken to have no secrets. */
    static final Map<String, SecretFamily> FAMILIES = Map.ofEntries(
            Map.entry("wireguard", WIREGUARD),
            Map.entry("amneziawg", WIREGUARD),
            Map.entry("macsec", MACSEC),
            Map.entry("nl80211", NL80211),
            Map.entry("TIPCv2", TIPC),
            Map.entry("SEG6", SEG6),
            Map.entry("l2tp", L2TP),
            Map.entry("tcp_metrics", TCP_METRICS),
            Map.entry("cifs", CIFS),
            Map.entry("ethtool", ETHTOOL),
            // Keys of tunnels, PINs, hashes of passwords: of these nothing is told apart.
            Map.entry("ovpn", SecretFamily.OPAQUE),
            Map.entry("ovpn-dco", SecretFamily.OPAQUE),
            Map.entry("ovpn-dco-v2", SecretFamily.OPAQUE),
            Map.entry("psp", SecretFamily.OPAQUE),
            Map.entry("nl802154", SecretFamily.OPAQUE),
            Map.entry("802.15.4 MAC", SecretFamily.OPAQUE),
            Map.entry("SMBD_GENL", SecretFamily.OPAQUE),
            Map.entry("drbd", SecretFamily.OPAQUE),
            Map.entry("nfc", SecretFamily.OPAQUE));

    private SecretTables() {}
}
