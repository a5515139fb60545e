// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A condition as every Kubernetes API has it ({@code meta/v1 Condition}); fabric8's own has no required fields. */
public record Condition(
        @Required @JsonPropertyDescription("What this condition is about.") @Size(min = 1, max = 316)
        String type,

        @Required @JsonPropertyDescription("Whether it holds: True, False, or Unknown.")
        Status status,

        @Required @JsonPropertyDescription("One word in CamelCase that says why.") @Size(min = 1, max = 1024)
        String reason,

        @Required @JsonPropertyDescription("A sentence that says why, and what to do.") @Size(max = 32_768)
        String message,

        @Required @JsonPropertyDescription("When the status last changed.")
        String lastTransitionTime,

        @JsonPropertyDescription("The generation of the spec that this condition answers.")
        long observedGeneration) {

    /** Three-valued truth of {@code meta/v1}. The constants carry the names of the API. */
    public enum Status {
        True,
        False,
        Unknown
    }
}
