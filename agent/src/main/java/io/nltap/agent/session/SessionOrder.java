// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.api.v1alpha1.Compression;
import io.nltap.api.v1alpha1.Filter;
import io.nltap.api.v1alpha1.Format;
import io.nltap.api.v1alpha1.NodeTarget;
import io.nltap.api.v1alpha1.RedactionMode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * A NodeCapture's spec, understood and checked.
 *
 * @param generation of the spec that this is
 * @param targets each pod once
 * @param filter what of the traffic that is in scope is wanted
 * @param duration at most, from the first open tap
 * @param maxBytes of capture file, before compression
 * @param maxMessages absent when unlimited
 * @param segmentBytes a segment is closed when it has this many bytes, before compression
 * @param segmentInterval a segment that holds anything is closed after this time
 * @param slowAfter a request that takes the kernel longer is slow
 * @param hungAfter what is open for longer may hang
 * @param stacks whether to tell what threads do in the kernel
 */
public record SessionOrder(
        NodeCaptureRef ref,
        long generation,
        String node,
        CaptureRef capture,
        List<NodeTarget> targets,
        Filter filter,
        Duration duration,
        long maxBytes,
        OptionalLong maxMessages,
        long segmentBytes,
        Duration segmentInterval,
        Duration slowAfter,
        Duration hungAfter,
        boolean stacks,
        RedactionMode redaction,
        Compression compression,
        Format format,
        URI gateway,
        boolean stop) {

    public SessionOrder {
        targets = List.copyOf(targets);
    }
}
