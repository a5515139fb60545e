// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record NodeSummary(
        @Required @JsonPropertyDescription("Name of the node.")
        String nodeName,

        @JsonPropertyDescription(
                "How far this node is. Done: it ended as asked, every file is in the store and the node"
                        + " is as it was. Lost: it did not answer in time.")
        NodePhase phase,

        @JsonPropertyDescription("Pods captured there.") int pods,

        @JsonPropertyDescription("Netlink messages written to files there.")
        long messages,

        @JsonPropertyDescription("Datagrams lost there: by the packet ring, by a limit or by a full disk.")
        long dropped,

        @JsonPropertyDescription("What ended the capture on this node.") @Nullable
        EndedBy endedBy,

        @JsonPropertyDescription("What is wrong on this node, if anything is.") @Nullable
        String message) {}
