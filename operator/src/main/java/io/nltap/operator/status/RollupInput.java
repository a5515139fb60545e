// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.status;

import io.nltap.api.v1alpha1.CapturePhase;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NetlinkCaptureStatus;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.operator.plan.StoreState;
import io.nltap.operator.target.ResolvedTargets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Everything that the status of a capture is made from.
 *
 * @param orders the NodeCaptures of this very capture, as they are now
 * @param agents node → its agent pod, for nodes that have one
 * @param report counts only when every node has ended
 * @param now the operator's time
 */
public record RollupInput(
        NetlinkCapture capture,
        ResolvedTargets targets,
        StoreState store,
        List<NodeCapture> orders,
        Map<String, AgentPod> agents,
        ReportState report,
        Instant now) {

    private static final NetlinkCaptureStatus NONE =
            new NetlinkCaptureStatus(0, CapturePhase.PENDING, null, null, null, 0, null, null, null, null);

    public RollupInput {
        orders = orders.stream()
                .sorted(Comparator.comparing(order -> order.getSpec().nodeName()))
                .toList();
        agents = Map.copyOf(agents);
    }

    public RollupInput with(ReportState state) {
        return new RollupInput(capture, targets, store, orders, agents, state, now);
    }

    NetlinkCaptureStatus previous() {
        NetlinkCaptureStatus status = capture.getStatus();
        return status == null ? NONE : status;
    }

    static NodeCaptureStatus answer(NodeCapture order) {
        NodeCaptureStatus status = order.getStatus();
        return status == null ? NodeCaptureStatus.PENDING : status;
    }
}
