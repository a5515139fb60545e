// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.process.PodNames;
import io.nltap.api.v1alpha1.NodeContainer;
import io.nltap.api.v1alpha1.NodeTarget;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Sees that the names of pods are known as long as the order of any session names them. Used by all sessions. */
public final class OrderNames {
    private final PodNames names;
    private final Map<NodeCaptureRef, Map<String, NodeTarget>> orders = new HashMap<>();

    public OrderNames(PodNames names) {
        this.names = names;
    }

    /**
     * @param namespace of the pods
     * @param targets all that the order names by now
     */
    synchronized void learn(NodeCaptureRef ref, String namespace, List<NodeTarget> targets) {
        Map<String, NodeTarget> now =
                targets.stream().collect(Collectors.toMap(NodeTarget::podUid, Function.identity(), (a, b) -> a));
        Map<String, NodeTarget> before = orders.put(ref, now);
        if (now.equals(before)) {
            return;
        }
        for (NodeTarget target : now.values()) {
            names.learn(
                    target.podUid(),
                    namespace + "/" + target.podName(),
                    target.containers().stream()
                            .collect(Collectors.toMap(NodeContainer::id, NodeContainer::name, (a, b) -> a)));
        }
        if (before != null) {
            forget(before.keySet());
        }
    }

    /** The session has ended. */
    synchronized void leave(NodeCaptureRef ref) {
        Map<String, NodeTarget> before = orders.remove(ref);
        if (before != null) {
            forget(before.keySet());
        }
    }

    private void forget(Set<String> uids) {
        for (String uid : uids) {
            if (orders.values().stream().noneMatch(order -> order.containsKey(uid))) {
                names.forget(uid);
            }
        }
    }
}
