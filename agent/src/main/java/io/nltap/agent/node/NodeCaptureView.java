// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.nltap.agent.session.NodeCaptureRef;
import io.nltap.agent.session.OrderReading;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A NodeCapture as it is on the API server, however malformed.
 *
 * @param node as {@code spec.nodeName} says it, if it does
 * @param deleting whether it waits only for its finalizers
 * @param promised whether it has the agent's finalizer
 * @param status the last answer, {@link NodeCaptureStatus#PENDING} when there is none
 */
record NodeCaptureView(
        NodeCaptureRef ref,
        Optional<String> node,
        boolean deleting,
        boolean promised,
        long generation,
        NodeCaptureStatus status,
        OrderReading order) {

    /** Not strict: a newer operator or agent may have written more than this one knows. */
    private static final ObjectMapper LENIENT = new ObjectMapper()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL);

    /** Stands for a status that cannot be read: somebody has begun, so nobody must begin again. */
    private static final NodeCaptureStatus BEGUN = new NodeCaptureStatus(
            0, NodePhase.UPLOADING, null, null, null, null, null, null, null, null, null, null, null);

    static NodeCaptureView of(GenericKubernetesResource resource) {
        ObjectMeta meta = resource.getMetadata();
        NodeCaptureRef ref = new NodeCaptureRef(meta.getNamespace(), meta.getName(), meta.getUid());
        long generation = meta.getGeneration() == null ? 0 : meta.getGeneration();
        Object spec = resource.getAdditionalProperties().get("spec");
        return new NodeCaptureView(
                ref,
                nodeName(spec),
                meta.getDeletionTimestamp() != null,
                meta.getFinalizers().contains(Api.AGENT_FINALIZER),
                generation,
                status(resource.getAdditionalProperties().get("status")),
                OrderReading.of(ref, generation, spec));
    }

    private static Optional<String> nodeName(@Nullable Object spec) {
        return spec instanceof Map<?, ?> fields && fields.get("nodeName") instanceof String name
                ? Optional.of(name)
                : Optional.empty();
    }

    private static NodeCaptureStatus status(@Nullable Object status) {
        if (status == null || (status instanceof Map<?, ?> fields && fields.get("phase") == null)) {
            return NodeCaptureStatus.PENDING;
        }
        try {
            NodeCaptureStatus read = LENIENT.convertValue(status, NodeCaptureStatus.class);
            boolean phaseUnknown = status instanceof Map<?, ?> fields
                    && read.phase() == NodePhase.PENDING
                    && !"Pending".equals(fields.get("phase"));
            return phaseUnknown ? BEGUN : read;
        } catch (IllegalArgumentException e) {
            return BEGUN;
        }
    }
}
