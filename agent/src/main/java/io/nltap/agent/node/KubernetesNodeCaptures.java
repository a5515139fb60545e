// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.nltap.agent.session.NodeCaptureRef;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import java.net.HttpURLConnection;
import java.util.Optional;

/**
 * NodeCaptures on the API server. They are read without their Java type, so that one that is malformed does not hide the
 * others. Writes are JSON patches (RFC 6902) that only apply to the very object that is meant, whoever else has changed
 * it in between: nobody but the agent writes what they write.
 */
final class KubernetesNodeCaptures implements NodeCaptureStore {
    private static final ResourceDefinitionContext KIND = new ResourceDefinitionContext.Builder()
            .withGroup(Api.GROUP)
            .withVersion(Api.VERSION)
            .withKind("NodeCapture")
            .withPlural("nodecaptures")
            .withNamespaced(true)
            .build();
    private static final PatchContext JSON_PATCH = PatchContext.of(PatchType.JSON);

    private final ObjectMapper json = new ObjectMapper().setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);
    private final KubernetesClient client;

    KubernetesNodeCaptures(KubernetesClient client) {
        this.client = client;
    }

    /** The NodeCaptures of one node. */
    FilterWatchListDeletable<GenericKubernetesResource, ?, Resource<GenericKubernetesResource>> ofNode(
            String namespace, String node) {
        return client.genericKubernetesResources(KIND)
                .inNamespace(namespace)
                .withLabel(Api.NODE_LABEL, Api.labelValue(node));
    }

    @Override
    public Outcome writeStatus(NodeCaptureRef ref, NodeCaptureStatus status) throws UnreachableException {
        ArrayNode patch = patchOf(ref);
        patch.addObject().put("op", "add").put("path", "/status").set("value", json.valueToTree(status));
        try {
            resource(ref).subresource("status").patch(JSON_PATCH, patch.toString());
            return Outcome.DONE;
        } catch (KubernetesClientException e) {
            return goneOr(ref, "write the status of", e);
        }
    }

    @Override
    public Outcome removeFinalizer(NodeCaptureRef ref) throws UnreachableException {
        try {
            Optional<GenericKubernetesResource> present = find(ref);
            if (present.isEmpty()) {
                return Outcome.GONE;
            }
            int index = present.get().getMetadata().getFinalizers().indexOf(Api.AGENT_FINALIZER);
            if (index >= 0) {
                String path = "/metadata/finalizers/" + index;
                ArrayNode patch = patchOf(ref);
                patch.addObject().put("op", "test").put("path", path).put("value", Api.AGENT_FINALIZER);
                patch.addObject().put("op", "remove").put("path", path);
                resource(ref).patch(JSON_PATCH, patch.toString());
            }
            return Outcome.DONE;
        } catch (KubernetesClientException e) {
            return goneOr(ref, "remove the finalizer of", e);
        }
    }

    private ArrayNode patchOf(NodeCaptureRef ref) {
        ArrayNode patch = json.createArrayNode();
        patch.addObject().put("op", "test").put("path", "/metadata/uid").put("value", ref.uid());
        return patch;
    }

    private Outcome goneOr(NodeCaptureRef ref, String what, KubernetesClientException e) throws UnreachableException {
        try {
            if (find(ref).isEmpty()) {
                return Outcome.GONE;
            }
        } catch (KubernetesClientException again) {
            e.addSuppressed(again);
        }
        throw new UnreachableException("cannot %s NodeCapture %s: %s".formatted(what, ref, e.getMessage()), e);
    }

    private Optional<GenericKubernetesResource> find(NodeCaptureRef ref) {
        try {
            return Optional.ofNullable(resource(ref).get())
                    .filter(present -> ref.uid().equals(present.getMetadata().getUid()));
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Resource<GenericKubernetesResource> resource(NodeCaptureRef ref) {
        return client.genericKubernetesResources(KIND)
                .inNamespace(ref.namespace())
                .withName(ref.name());
    }
}
