// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

public record NodeContainer(
        @Required @JsonPropertyDescription("Name of the container in its pod.") @Size(min = 1, max = 63)
        String name,

        @Required
        @JsonPropertyDescription("The runtime's id without its scheme: 64 hexadecimal digits with every known runtime.")
        @Size(min = 1, max = 128)
        String id) {}
