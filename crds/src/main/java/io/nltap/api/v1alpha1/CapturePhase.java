// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

public enum CapturePhase {
    /** Waits for a store, for pods, or for agents; the conditions say for what. */
    @JsonProperty("Pending")
    PENDING,
    @JsonProperty("Capturing")
    CAPTURING,
    /** No node captures any more, but not every segment is in the store yet. */
    @JsonProperty("Uploading")
    UPLOADING,
    /** Every node ended as asked and every segment is in the store. */
    @JsonProperty("Succeeded")
    SUCCEEDED,
    /** Ended, and something is in the store, but a node failed, was interrupted or lost data. */
    @JsonProperty("PartiallySucceeded")
    PARTIALLY_SUCCEEDED,
    /** Ended with nothing captured on any node. */
    @JsonProperty("Failed")
    FAILED;

    public boolean isFinal() {
        return this == SUCCEEDED || this == PARTIALLY_SUCCEEDED || this == FAILED;
    }
}
