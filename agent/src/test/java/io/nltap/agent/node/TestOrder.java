// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.api.v1alpha1.Compression;
import io.nltap.api.v1alpha1.Limits;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.api.v1alpha1.NodeCaptureSpec;
import io.nltap.api.v1alpha1.NodeTarget;
import io.nltap.api.v1alpha1.Segments;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An order as the operator writes it.
 *
 * @param name of the NodeCapture and of its NetlinkCapture
 */
record TestOrder(
        String name,
        List<NodeTarget> targets,
        String duration,
        @Nullable Long messages,
        String bytes,
        String interval,
        Compression compression) {

    static TestOrder of(String name, NodeTarget... targets) {
        return new TestOrder(name, List.of(targets), "10m", null, "64Mi", "10m", Compression.NONE);
    }

    /** A pod that does not run here. */
    static NodeTarget absentPod() {
        return new NodeTarget("absent", "00000000-0000-4000-8000-000000000000", List.of());
    }

    TestOrder duration(String text) {
        return new TestOrder(name, targets, text, messages, bytes, interval, compression);
    }

    TestOrder messages(long limit) {
        return new TestOrder(name, targets, duration, limit, bytes, interval, compression);
    }

    TestOrder bytes(String limit) {
        return new TestOrder(name, targets, duration, messages, limit, interval, compression);
    }

    TestOrder interval(String text) {
        return new TestOrder(name, targets, duration, messages, bytes, text, compression);
    }

    TestOrder compression(Compression kind) {
        return new TestOrder(name, targets, duration, messages, bytes, interval, kind);
    }

    NodeCapture toNodeCapture(String namespace, String node, URI gateway) {
        NodeCapture capture = new NodeCapture();
        capture.setMetadata(new ObjectMetaBuilder()
                .withNamespace(namespace)
                .withName(name)
                .addToLabels(Api.NODE_LABEL, Api.labelValue(node))
                .addToFinalizers(Api.AGENT_FINALIZER)
                .build());
        capture.setSpec(new NodeCaptureSpec(
                node,
                new CaptureRef("shop", name, "uid-of-" + name),
                targets,
                new Limits(duration, bytes, messages),
                new Segments("1Mi", interval),
                compression,
                gateway.toString(),
                false));
        return capture;
    }
}
