// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What the files of a capture are. */
public enum Format {
    /** Says on every packet whose it is. */
    @JsonProperty("Pcapng")
    PCAPNG,
    /** For tools that read nothing else; whose the packets are is in a file beside it. */
    @JsonProperty("Pcap")
    PCAP
}
