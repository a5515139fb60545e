// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

public record NodeSummary(
        @Required String nodeName,
        NodePhase phase,
        int pods,
        long messages,
        long dropped,

        @JsonPropertyDescription("What ended the capture on this node.") @Nullable
        EndedBy endedBy,

        @JsonPropertyDescription("What is wrong on this node, if anything is.") @Nullable
        String message) {}
