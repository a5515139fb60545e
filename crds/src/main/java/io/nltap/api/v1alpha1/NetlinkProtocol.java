// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The netlink protocols that pass nlmon: {@code netlink_filter_tap} of {@code net/netlink/af_netlink.c}. */
public enum NetlinkProtocol {
    @JsonProperty("Route")
    ROUTE(0),
    @JsonProperty("UserSock")
    USER_SOCK(2),
    @JsonProperty("SockDiag")
    SOCK_DIAG(4),
    @JsonProperty("Xfrm")
    XFRM(6),
    @JsonProperty("FibLookup")
    FIB_LOOKUP(10),
    @JsonProperty("Netfilter")
    NETFILTER(12),
    @JsonProperty("Generic")
    GENERIC(16);

    private final int number;

    NetlinkProtocol(int number) {
        this.number = number;
    }

    /** {@code NETLINK_*} of {@code linux/netlink.h}. */
    public int number() {
        return number;
    }
}
