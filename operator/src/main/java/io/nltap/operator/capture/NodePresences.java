// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.nltap.operator.plan.NodePresence;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers since when nodes are gone, which nobody else does: a deleted Node leaves no time behind. A restart of the
 * operator begins anew, which only lengthens the wait.
 */
final class NodePresences {
    private final Map<String, Instant> missingSince = new ConcurrentHashMap<>();

    NodePresence of(String name, Optional<Node> node, Instant now) {
        if (node.isEmpty()) {
            return new NodePresence.Absent(missingSince.computeIfAbsent(name, missing -> now));
        }
        missingSince.remove(name);
        return node.get().getStatus().getConditions().stream()
                .filter(ready -> !"True".equals(ready.getStatus()))
                .findFirst()
                .<NodePresence>map(ready -> new NodePresence.NotReady(since(ready, now)))
                .orElseGet(NodePresence.Present::new);
    }

    private static Instant since(NodeCondition notReady, Instant now) {
        String time = notReady.getLastTransitionTime();
        try {
            return time == null ? now : OffsetDateTime.parse(time).toInstant();
        } catch (DateTimeException e) {
            return now;
        }
    }
}
