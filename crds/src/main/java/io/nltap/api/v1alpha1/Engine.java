// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

public enum Engine {
    /** Our own TPACKET_V3 packet ring. */
    @JsonProperty("Ring")
    RING,
    @JsonProperty("Libpcap")
    LIBPCAP
}
