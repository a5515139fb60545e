// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NodeCapture;
import java.util.Optional;

/** What the cluster knows about captures and agents, asked of the API server each time. */
final class ClusterFacts {
    private final KubernetesClient client;
    private final String namespace;

    /** @param namespace the operator's own */
    ClusterFacts(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** The node of a pod in the operator's namespace. */
    Optional<String> nodeOfPod(String pod) {
        Pod found = client.pods().inNamespace(namespace).withName(pod).get();
        return Optional.ofNullable(found).map(Pod::getSpec).flatMap(spec -> Optional.ofNullable(spec.getNodeName()));
    }

    /** Whether the key's node was ordered to capture the key's capture, and that order still stands. */
    boolean isOrdered(ArtifactKey key) {
        CaptureRef capture = key.capture();
        NodeCapture order = client.resources(NodeCapture.class)
                .inNamespace(namespace)
                .withName(Api.nodeCaptureName(capture.name(), capture.uid(), key.node()))
                .get();
        return order != null
                && order.getSpec().capture().equals(capture)
                && order.getSpec().nodeName().equals(key.node());
    }

    /** The store that the capture names; empty when that very capture is gone. */
    Optional<String> storeOf(CaptureRef capture) {
        NetlinkCapture found = client.resources(NetlinkCapture.class)
                .inNamespace(capture.namespace())
                .withName(capture.name())
                .get();
        return Optional.ofNullable(found)
                .filter(same -> capture.uid().equals(same.getMetadata().getUid()))
                .map(same -> same.getSpec().output().store());
    }
}
