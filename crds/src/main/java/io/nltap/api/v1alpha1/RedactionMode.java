// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What of the captured traffic is overwritten with zeros before anything is written. */
public enum RedactionMode {
    /** Key material: of IPsec, WireGuard, MACsec, Wi-Fi and others. */
    @JsonProperty("Keys")
    KEYS,
    /** Nothing. Only where the administrators of the cluster allow it. */
    @JsonProperty("None")
    NONE
}
