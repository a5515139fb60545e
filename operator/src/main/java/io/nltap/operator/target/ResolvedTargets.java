// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.target;

import io.nltap.api.v1alpha1.NodeTarget;
import io.nltap.api.v1alpha1.RefusedPod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The pods that a capture means, as they are now.
 *
 * @param byNode name of a node → its targets, both in the order of their names
 * @param refused pods that match, but that cannot be captured
 * @param waiting names of pods that match, but that have no node or no process yet
 * @param problem why no pod can match at all
 */
public record ResolvedTargets(
        SortedMap<String, List<NodeTarget>> byNode,
        List<RefusedPod> refused,
        List<String> waiting,
        Optional<String> problem) {

    public ResolvedTargets {
        byNode = new TreeMap<>(byNode);
        refused = List.copyOf(refused);
        waiting = List.copyOf(waiting);
    }

    /** For a selector that can match nothing. */
    static ResolvedTargets invalid(String problem) {
        return new ResolvedTargets(new TreeMap<>(Map.of()), List.of(), List.of(), Optional.of(problem));
    }

    public List<NodeTarget> on(String nodeName) {
        return byNode.getOrDefault(nodeName, List.of());
    }

    /** How many pods can be captured now. */
    public int pods() {
        return byNode.values().stream().mapToInt(List::size).sum();
    }
}
