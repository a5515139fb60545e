// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.api.v1alpha1.Compression;
import io.nltap.api.v1alpha1.Filter;
import io.nltap.api.v1alpha1.Format;
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
        Compression compression,
        Filter filter,
        Format format) {

    static TestOrder of(String name, NodeTarget... targets) {
        return new TestOrder(
                name, List.of(targets), "10m", null, "64Mi", "10m", Compression.NONE, Filter.DEFAULT, Format.PCAPNG);
    }

    /** A pod that does not run here. */
    static NodeTarget absentPod() {
        return NodeTarget.pod("absent", "00000000-0000-4000-8000-000000000000", List.of());
    }

    TestOrder duration(String text) {
        return new TestOrder(name, targets, text, messages, bytes, interval, compression, filter, format);
    }

    TestOrder messages(long limit) {
        return new TestOrder(name, targets, duration, limit, bytes, interval, compression, filter, format);
    }

    TestOrder bytes(String limit) {
        return new TestOrder(name, targets, duration, messages, limit, interval, compression, filter, format);
    }

    TestOrder interval(String text) {
        return new TestOrder(name, targets, duration, messages, bytes, text, compression, filter, format);
    }

    TestOrder compression(Compression kind) {
        return new TestOrder(name, targets, duration, messages, bytes, interval, kind, filter, format);
    }

    TestOrder filter(Filter wanted) {
        return new TestOrder(name, targets, duration, messages, bytes, interval, compression, wanted, format);
    }

    TestOrder format(Format wanted) {
        return new TestOrder(name, targets, duration, messages, bytes, interval, compression, filter, wanted);
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
                filter,
                new Limits(duration, bytes, messages),
                new Segments("1Mi", interval),
                compression,
                format,
                gateway.toString(),
                false));
        return capture;
    }
}
