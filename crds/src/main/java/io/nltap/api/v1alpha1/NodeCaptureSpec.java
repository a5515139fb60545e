// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

public record NodeCaptureSpec(
        @Required
        @JsonPropertyDescription("The node whose agent this order is for.")
        @Size(min = 1, max = 253)
        @ValidationRule(value = "self == oldSelf", message = "nodeName is immutable", reason = "FieldValueForbidden")
        String nodeName,

        @Required
        @JsonPropertyDescription("The NetlinkCapture that this order is a part of.")
        @ValidationRule(value = "self == oldSelf", message = "capture is immutable", reason = "FieldValueForbidden")
        CaptureRef capture,

        @JsonPropertyDescription("The pods to capture on this node. Changes while pods come and go.") @Size(max = 1000)
        List<NodeTarget> targets,

        @JsonPropertyDescription("What of the pods' traffic to capture.")
        Filter filter,

        @JsonPropertyDescription("When to end the capture on this node: the first limit that is reached ends it.")
        Limits limits,

        @JsonPropertyDescription("How the captured traffic is cut into files.")
        Segments segments,

        @JsonPropertyDescription("What counts as slow and as hung.") @Default("{}")
        AnalysisSpec analysis,

        @JsonPropertyDescription(
                "What is overwritten with zeros before anything is written. The agent refuses None unless"
                        + " its own settings allow it.")
        @Default("Keys")
        RedactionMode redaction,

        @JsonPropertyDescription("How the files are compressed.")
        Compression compression,

        @JsonPropertyDescription("What the files are.") @Default("Pcapng")
        Format format,

        @Required
        @JsonPropertyDescription("Base address of the gateway that takes the segments, such as"
                + " https://nltap-gateway.nltap.svc:8443.")
        @Size(max = 512)
        @ValidationRule(
                value = "self.matches('^https://[^/ ]+/?$')",
                message = "gateway must be an https address, such as https://nltap-gateway.nltap.svc:8443")
        String gateway,

        @JsonPropertyDescription("Set to true to end the capture on this node early and keep everything so far.")
        @Default("false")
        boolean stop) {

    public NodeCaptureSpec(
            String nodeName,
            CaptureRef capture,
            @Nullable List<NodeTarget> targets,
            @Nullable Filter filter,
            @Nullable Limits limits,
            @Nullable Segments segments,
            @Nullable AnalysisSpec analysis,
            @Nullable RedactionMode redaction,
            @Nullable Compression compression,
            @Nullable Format format,
            String gateway,
            boolean stop) {
        this.nodeName = nodeName;
        this.capture = capture;
        this.targets = targets == null ? List.of() : List.copyOf(targets);
        this.filter = filter == null ? Filter.DEFAULT : filter;
        this.limits = limits == null ? Limits.DEFAULT : limits;
        this.segments = segments == null ? Segments.DEFAULT : segments;
        this.analysis = analysis == null ? AnalysisSpec.DEFAULT : analysis;
        this.redaction = redaction == null ? RedactionMode.KEYS : redaction;
        this.compression = compression == null ? Compression.ZSTD : compression;
        this.format = format == null ? Format.PCAPNG : format;
        this.gateway = gateway;
        this.stop = stop;
    }

    /** With the usual analysis and redaction. */
    public NodeCaptureSpec(
            String nodeName,
            CaptureRef capture,
            @Nullable List<NodeTarget> targets,
            @Nullable Filter filter,
            @Nullable Limits limits,
            @Nullable Segments segments,
            @Nullable Compression compression,
            @Nullable Format format,
            String gateway,
            boolean stop) {
        this(nodeName, capture, targets, filter, limits, segments, null, null, compression, format, gateway, stop);
    }
}
