// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether what the kernel tells all listeners of a group is captured. */
public enum Notifications {
    @JsonProperty("Include")
    INCLUDE,
    @JsonProperty("Exclude")
    EXCLUDE
}
