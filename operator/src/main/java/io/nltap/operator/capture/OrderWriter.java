// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.operator.plan.OrderChange;
import java.net.HttpURLConnection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes NodeCaptures. An order is created once and then patched: applying it again would bring back the finalizer that
 * its agent has removed.
 */
final class OrderWriter {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final KubernetesClient client;
    private final String namespace;

    OrderWriter(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** @return the order as it is stored, also when it was there already */
    NodeCapture create(NodeCapture order) {
        try {
            return orders().resource(order).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            return orders().withName(order.getMetadata().getName()).require();
        }
    }

    /** @throws KubernetesClientException 409 when the order has changed meanwhile */
    NodeCapture change(OrderChange change) {
        Map<String, Object> metadata = versionOf(change.current());
        metadata.put("annotations", change.annotations());
        return patch(change.current(), Map.of("metadata", metadata, "spec", change.spec()));
    }

    /** Says in the answer that the node was given up. What it answered before stays. */
    NodeCapture markLost(NodeCapture order, String message) {
        Map<String, Object> lost = Map.of(
                "metadata",
                versionOf(order),
                "status",
                Map.of("phase", "Lost", "reason", "NodeLost", "message", message));
        return orders().withName(order.getMetadata().getName())
                .subresource("status")
                .patch(MERGE, client.getKubernetesSerialization().asJson(lost));
    }

    /** Releases the order from its agent's promise: if it is being deleted, it is gone then. */
    NodeCapture removeAgentFinalizer(NodeCapture order) {
        Map<String, Object> metadata = versionOf(order);
        metadata.put(
                "finalizers",
                order.getMetadata().getFinalizers().stream()
                        .filter(finalizer -> !finalizer.equals(Api.AGENT_FINALIZER))
                        .toList());
        return patch(order, Map.of("metadata", metadata));
    }

    void delete(NodeCapture order) {
        orders().withName(order.getMetadata().getName()).delete();
    }

    /** Straight from the API server: for when being wrong would leave something behind. */
    List<NodeCapture> ordersOf(HasMetadata capture) {
        return orders().withLabel(Api.CAPTURE_UID_LABEL, capture.getMetadata().getUid())
                .list()
                .getItems();
    }

    /** Straight from the API server, as {@link #ordersOf}. */
    boolean hasCapture(NodeCapture order) {
        NetlinkCapture capture = client.resources(NetlinkCapture.class)
                .inNamespace(order.getSpec().capture().namespace())
                .withName(order.getSpec().capture().name())
                .get();
        return capture != null
                && capture.getMetadata()
                        .getUid()
                        .equals(order.getSpec().capture().uid());
    }

    private NodeCapture patch(NodeCapture order, Map<String, Object> content) {
        return orders().withName(order.getMetadata().getName())
                .patch(MERGE, client.getKubernetesSerialization().asJson(content));
    }

    private static Map<String, Object> versionOf(NodeCapture order) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("uid", order.getMetadata().getUid());
        metadata.put("resourceVersion", order.getMetadata().getResourceVersion());
        return metadata;
    }

    private NonNamespaceOperation<NodeCapture, KubernetesResourceList<NodeCapture>, Resource<NodeCapture>> orders() {
        return client.resources(NodeCapture.class).inNamespace(namespace);
    }
}
