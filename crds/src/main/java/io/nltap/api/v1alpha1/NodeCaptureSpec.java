// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

public record NodeCaptureSpec(
        @Required @Size(min = 1, max = 253) String nodeName,
        @Required CaptureRef capture,

        @JsonPropertyDescription("The pods to capture on this node. Changes while pods come and go.") @Size(max = 1000)
        List<NodeTarget> targets,

        Limits limits,
        Segments segments,
        Compression compression,

        @Required
        @JsonPropertyDescription("Base address of the gateway that takes the segments, such as"
                + " https://nltap-gateway.nltap.svc:8443.")
        @Size(max = 512)
        String gateway,

        @Default("false") boolean stop) {

    public NodeCaptureSpec(
            String nodeName,
            CaptureRef capture,
            @Nullable List<NodeTarget> targets,
            @Nullable Limits limits,
            @Nullable Segments segments,
            @Nullable Compression compression,
            String gateway,
            boolean stop) {
        this.nodeName = nodeName;
        this.capture = capture;
        this.targets = targets == null ? List.of() : List.copyOf(targets);
        this.limits = limits == null ? Limits.DEFAULT : limits;
        this.segments = segments == null ? Segments.DEFAULT : segments;
        this.compression = compression == null ? Compression.ZSTD : compression;
        this.gateway = gateway;
        this.stop = stop;
    }
}
