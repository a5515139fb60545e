// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
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

        @JsonPropertyDescription("The running containers whose processes lead to the pod's network namespace.")
        @Size(max = 100)
        List<NodeContainer> containers) {

    public NodeTarget(String podName, String podUid, @Nullable List<NodeContainer> containers) {
        this.podName = podName;
        this.podUid = podUid;
        this.containers = containers == null ? List.of() : List.copyOf(containers);
    }
}
