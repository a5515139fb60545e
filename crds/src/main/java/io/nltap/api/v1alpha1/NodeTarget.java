// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One pod, in the namespace of the capture. */
public record NodeTarget(
        @Required @JsonPropertyDescription("Name of the pod.") @Size(min = 1, max = 253)
        String podName,

        @Required
        @JsonPropertyDescription("UID of the pod, as in its metadata; its cgroup carries it.")
        @Size(min = 1, max = 64)
        String podUid,

        @JsonPropertyDescription(
                "The running containers of the pod; with the scope Containers only those that are meant.")
        @Size(max = 100)
        List<NodeContainer> containers,

        @JsonPropertyDescription("Pod: what all processes of the pod say is captured. Containers: only what those of"
                + " containers do.")
        @Default("Pod")
        TargetScope scope,

        @JsonPropertyDescription("Whether the pod uses the network namespace of its node.") @Default("false")
        boolean hostNetwork) {

    /** A pod with a network namespace of its own, of which everything is meant. */
    public static NodeTarget pod(String podName, String podUid, List<NodeContainer> containers) {
        return new NodeTarget(podName, podUid, containers, TargetScope.POD, false);
    }

    public NodeTarget(
            String podName,
            String podUid,
            @Nullable List<NodeContainer> containers,
            @Nullable TargetScope scope,
            boolean hostNetwork) {
        this.podName = podName;
        this.podUid = podUid;
        this.containers = containers == null ? List.of() : List.copyOf(containers);
        this.scope = scope == null ? TargetScope.POD : scope;
        this.hostNetwork = hostNetwork;
    }
}
