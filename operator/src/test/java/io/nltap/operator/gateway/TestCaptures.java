// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.api.v1alpha1.CaptureStore;
import io.nltap.api.v1alpha1.CaptureStoreSpec;
import io.nltap.api.v1alpha1.Compression;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NetlinkCaptureSpec;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.api.v1alpha1.NodeCaptureSpec;
import io.nltap.api.v1alpha1.Output;
import io.nltap.api.v1alpha1.Targets;
import java.util.List;

/** Captures, orders and stores on an API server. */
final class TestCaptures {
    static final String OPERATOR_NAMESPACE = "nltap";
    static final String USER_NAMESPACE = "shop";

    private final KubernetesClient client;

    TestCaptures(KubernetesClient client) {
        this.client = client;
    }

    void createNamespaces() {
        for (String name : List.of(OPERATOR_NAMESPACE, USER_NAMESPACE)) {
            if (client.namespaces().withName(name).get() == null) {
                client.resource(new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .endMetadata()
                                .build())
                        .create();
            }
        }
    }

    /** A capture of one node; the key of the first file of that node. */
    ArtifactKey create(String name, String node, String store) {
        NetlinkCapture capture = new NetlinkCapture();
        capture.setMetadata(new ObjectMetaBuilder()
                .withNamespace(USER_NAMESPACE)
                .withName(name)
                .build());
        capture.setSpec(new NetlinkCaptureSpec(
                new Targets(null, List.of("web-0"), null),
                null,
                null,
                null,
                new Output(store, Compression.ZSTD, null),
                false));
        String uid = client.resource(capture).create().getMetadata().getUid();
        CaptureRef ref = new CaptureRef(USER_NAMESPACE, name, uid);
        order(ref, node);
        return new ArtifactKey(ref, node, 0, Compression.ZSTD);
    }

    void order(CaptureRef capture, String node) {
        NodeCapture order = new NodeCapture();
        order.setMetadata(new ObjectMetaBuilder()
                .withNamespace(OPERATOR_NAMESPACE)
                .withName(Api.nodeCaptureName(capture.name(), capture.uid(), node))
                .build());
        order.setSpec(new NodeCaptureSpec(
                node, capture, List.of(), null, null, null, Compression.ZSTD, null, "https://gateway", false));
        client.resource(order).create();
    }

    void delete(ArtifactKey key) {
        client.resources(NetlinkCapture.class)
                .inNamespace(key.capture().namespace())
                .withName(key.capture().name())
                .delete();
        client.resources(NodeCapture.class)
                .inNamespace(OPERATOR_NAMESPACE)
                .withName(
                        Api.nodeCaptureName(key.capture().name(), key.capture().uid(), key.node()))
                .delete();
    }

    void deleteStores() {
        client.resources(CaptureStore.class).delete();
    }

    void store(String name, CaptureStoreSpec spec) {
        CaptureStore store = new CaptureStore();
        store.setMetadata(new ObjectMetaBuilder().withName(name).build());
        store.setSpec(spec);
        client.resource(store).create();
    }
}
