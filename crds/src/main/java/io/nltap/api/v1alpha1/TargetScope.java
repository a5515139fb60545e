// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which processes of a pod are meant. */
public enum TargetScope {
    /** All of them, those of containers that start later included. */
    @JsonProperty("Pod")
    POD,
    /** Those of the containers that are listed. */
    @JsonProperty("Containers")
    CONTAINERS
}
