// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

public record RefusedPod(
        @Required @JsonPropertyDescription("Name of the pod.")
        String podName,

        @JsonPropertyDescription("One word in CamelCase that says why, such as HostNetwork.")
        String reason,

        @JsonPropertyDescription("A sentence that says why, and what to do.")
        String message) {}
