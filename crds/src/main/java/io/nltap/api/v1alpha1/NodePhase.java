// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

public enum NodePhase {
    /** No agent has answered yet, or it waits for the processes of its targets. */
    @JsonProperty("Pending")
    PENDING,
    @JsonProperty("Capturing")
    CAPTURING,
    /** The taps are gone; segments are still on their way. */
    @JsonProperty("Uploading")
    UPLOADING,
    /** Ended as asked; every segment is in the store and the node is as it was. */
    @JsonProperty("Done")
    DONE,
    /** Ended for another reason than asked; what was captured is in the store. */
    @JsonProperty("Failed")
    FAILED,
    /** The node did not answer within the stated time; what it still holds is unknown. */
    @JsonProperty("Lost")
    LOST;

    public boolean isFinal() {
        return this == DONE || this == FAILED || this == LOST;
    }
}
