// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.node;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a pod may run on a node, as far as node selector and required node affinity say. */
final class NodeSelection {
    private NodeSelection() {}

    static boolean admits(PodSpec pod, Node node) {
        Map<String, String> labels =
                Optional.ofNullable(node.getMetadata().getLabels()).orElse(Map.of());
        Map<String, String> wanted = Optional.ofNullable(pod.getNodeSelector()).orElse(Map.of());
        return labels.entrySet().containsAll(wanted.entrySet())
                && affinity(pod)
                        .map(selector ->
                                selector.getNodeSelectorTerms().stream().anyMatch(term -> admits(term, node, labels)))
                        .orElse(true);
    }

    private static Optional<NodeSelector> affinity(PodSpec pod) {
        return Optional.ofNullable(pod.getAffinity())
                .map(Affinity::getNodeAffinity)
                .map(NodeAffinity::getRequiredDuringSchedulingIgnoredDuringExecution);
    }

    /** A term without any requirement admits no node. */
    private static boolean admits(NodeSelectorTerm term, Node node, Map<String, String> labels) {
        boolean empty =
                term.getMatchExpressions().isEmpty() && term.getMatchFields().isEmpty();
        return !empty
                && term.getMatchExpressions().stream()
                        .allMatch(requirement -> admits(requirement, labels.get(requirement.getKey())))
                && term.getMatchFields().stream()
                        .allMatch(requirement ->
                                admits(requirement, node.getMetadata().getName()));
    }

    private static boolean admits(NodeSelectorRequirement requirement, @Nullable String value) {
        switch (requirement.getOperator()) {
            case "In":
                return value != null && requirement.getValues().contains(value);
            case "NotIn":
                return value == null || !requirement.getValues().contains(value);
            case "Exists":
                return value != null;
            case "DoesNotExist":
                return value == null;
            default:
                throw new IllegalArgumentException("node affinity with the operator %s is not understood here"
                        .formatted(requirement.getOperator()));
        }
    }
}
