// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What ended the capture on a node. */
public enum EndedBy {
    @JsonProperty("Duration")
    DURATION,
    @JsonProperty("Bytes")
    BYTES,
    @JsonProperty("Messages")
    MESSAGES,
    /** {@code spec.stop}. */
    @JsonProperty("Stop")
    STOP,
    /** The capture was deleted. */
    @JsonProperty("Deleted")
    DELETED,
    /** The agent was told to end (SIGTERM). */
    @JsonProperty("AgentStopped")
    AGENT_STOPPED,
    /** The agent died without a word; its successor cleaned up and uploaded what the spool held. */
    @JsonProperty("AgentRestarted")
    AGENT_RESTARTED,
    /** The node's spool was full, or its disk. */
    @JsonProperty("SpoolFull")
    SPOOL_FULL,
    /** Something failed; the message says what. */
    @JsonProperty("Error")
    ERROR;

    /** Whether this is an end that the user asked for in the spec. */
    public boolean asAsked() {
        return this == DURATION || this == BYTES || this == MESSAGES || this == STOP || this == DELETED;
    }
}
