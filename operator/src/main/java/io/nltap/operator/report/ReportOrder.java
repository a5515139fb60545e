// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.report;

import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.ArtifactRole;
import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A capture that is to be reported.
 *
 * @param store name of the CaptureStore that has its files
 * @param nodes what became of each node, in the order of their names
 */
record ReportOrder(CaptureRef capture, String store, List<Node> nodes) {

    record Node(String name, NodeCaptureStatus status) {
        /** The file of that kind in the store, if there is one. */
        Optional<Artifact> file(ArtifactRole role) {
            return status.artifacts().stream()
                    .filter(artifact -> artifact.kind() == role)
                    .findFirst();
        }
    }

    static ReportOrder of(CaptureRef capture, String store, List<NodeCapture> orders) {
        return new ReportOrder(
                capture,
                store,
                orders.stream()
                        .map(order -> new Node(
                                order.getSpec().nodeName(),
                                order.getStatus() == null ? NodeCaptureStatus.PENDING : order.getStatus()))
                        .sorted(Comparator.comparing(Node::name))
                        .toList());
    }
}
