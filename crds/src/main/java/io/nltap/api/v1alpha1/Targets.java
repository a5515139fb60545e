// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A pod is a target when its labels match or its name is listed, and it runs one of the containers, if any is named. */
@ValidationRule(
        value = "has(self.podSelector) || (has(self.podNames) && size(self.podNames) > 0)",
        message = "targets needs podSelector or podNames; an empty podSelector {} means every pod of the namespace")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Targets(
        @JsonPropertyDescription(
                "Pods whose labels match are captured. An empty selector {} matches every pod of the" + " namespace.")
        @Nullable
        LabelSelector podSelector,

        @JsonPropertyDescription("Pods with these names are captured, whatever their labels.") @Size(max = 100)
        List<@Size(max = 253) String> podNames,

        @JsonPropertyDescription(
                "Only pods that have a container with one of these names are captured, and of them only"
                        + " what the processes of these containers say. What the kernel says of its own accord in the pod's own"
                        + " network namespace, and what nobody can attribute there, is captured too.")
        @Size(max = 20)
        List<@Size(max = 63) String> containers) {

    public Targets(
            @Nullable LabelSelector podSelector, @Nullable List<String> podNames, @Nullable List<String> containers) {
        this.podSelector = podSelector;
        this.podNames = podNames == null ? List.of() : List.copyOf(podNames);
        this.containers = containers == null ? List.of() : List.copyOf(containers);
    }
}
