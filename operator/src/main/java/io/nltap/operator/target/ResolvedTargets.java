// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.target;

import io.nltap.api.v1alpha1.NodeTarget;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The pods that a capture means, as they are now.
 *
 * @param byNode name of a node → its targets, both in the order of their names
 * @param waiting names of pods that match, but that have no node or no process yet
 * @param problem why no pod can match at all
 */
public record ResolvedTargets(
        SortedMap<String, List<NodeTarget>> byNode, List<String> waiting, Optional<Problem> problem) {

    /**
     * @param reason one word in CamelCase
     * @param message a sentence for the author of the spec
     */
    public record Problem(String reason, String message) {}

    public ResolvedTargets {
        byNode = new TreeMap<>(byNode);
        waiting = List.copyOf(waiting);
    }

    /** For a spec of which nothing can be captured. */
    static ResolvedTargets invalid(String reason, String message) {
        return new ResolvedTargets(new TreeMap<>(Map.of()), List.of(), Optional.of(new Problem(reason, message)));
    }

    public List<NodeTarget> on(String nodeName) {
        return byNode.getOrDefault(nodeName, List.of());
    }

    /** How many pods can be captured now. */
    public int pods() {
        return byNode.values().stream().mapToInt(List::size).sum();
    }
}
