// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What tells whose a frame is. Best first. */
public enum AttributionMode {
    /** A program in the kernel names the process that sends, for each frame; Linux 6.10 and newer, older ones with tracepoints. */
    @JsonProperty("Process")
    PROCESS,
    /** A program in the kernel names the sending socket; which process it is of is looked up. */
    @JsonProperty("Socket")
    SOCKET,
    /** No program in the kernel: sockets and their processes are looked up by what the frames say. */
    @JsonProperty("Lookup")
    LOOKUP
}
