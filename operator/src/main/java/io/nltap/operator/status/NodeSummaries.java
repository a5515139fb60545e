// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.status;

import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.NodeSummary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One line for each node that has, or had, an order of the capture. */
final class NodeSummaries {
    private static final String DELETED =
            "the NodeCapture of node %s was deleted before it had ended; what the node captured is not counted here";

    private NodeSummaries() {}

    static List<NodeSummary> of(RollupInput input) {
        List<NodeSummary> summaries = new ArrayList<>();
        Set<String> nodes = new HashSet<>();
        for (NodeCapture order : input.orders()) {
            nodes.add(order.getSpec().nodeName());
            summaries.add(of(order));
        }
        input.previous().nodes().stream()
                .filter(node -> !nodes.contains(node.nodeName()))
                .map(NodeSummaries::withoutOrder)
                .forEach(summaries::add);
        summaries.sort(Comparator.comparing(NodeSummary::nodeName));
        return summaries;
    }

    private static NodeSummary of(NodeCapture order) {
        NodeCaptureStatus answer = RollupInput.answer(order);
        int pods = answer.targets().isEmpty()
                ? order.getSpec().targets().size()
                : answer.targets().size();
        return new NodeSummary(
                order.getSpec().nodeName(),
                answer.phase(),
                pods,
                answer.counters().messages(),
                answer.counters().dropped(),
                answer.endedBy(),
                answer.message());
    }

    private static NodeSummary withoutOrder(NodeSummary last) {
        return last.phase().isFinal()
                ? last
                : new NodeSummary(
                        last.nodeName(),
                        NodePhase.LOST,
                        last.pods(),
                        last.messages(),
                        last.dropped(),
                        last.endedBy(),
                        DELETED.formatted(last.nodeName()));
    }
}
