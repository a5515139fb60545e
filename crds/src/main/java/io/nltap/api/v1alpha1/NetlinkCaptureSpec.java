// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

@ValidationRule(
        value = "self.targets == oldSelf.targets && self.limits == oldSelf.limits"
                + " && self.segments == oldSelf.segments && self.output == oldSelf.output"
                + " && self.filter == oldSelf.filter && self.analysis == oldSelf.analysis"
                + " && self.redaction == oldSelf.redaction",
        message = "spec is immutable except stop: delete the capture and create another one",
        reason = "FieldValueForbidden")
@ValidationRule(
        value = "!oldSelf.stop || self.stop",
        message = "stop cannot be taken back: a stopped capture does not start again",
        reason = "FieldValueForbidden")
@ValidationRule(
        // Amounts that are none have their own sentence, and would make this rule fail with another one.
        value = "!self.limits.duration" + Amounts.MATCHES_DURATION
                + " || !self.segments.interval" + Amounts.MATCHES_DURATION
                + " || duration(self.limits.duration).getSeconds() <= 500 *"
                + " duration(self.segments.interval).getSeconds()",
        message =
                "limits.duration may be at most 500 times segments.interval, so that the list of segments stays short")
@ValidationRule(
        value = "!self.limits.bytesPerNode" + Amounts.MATCHES_BYTES
                + " || !self.segments.size" + Amounts.MATCHES_BYTES
                + " || quantity(self.limits.bytesPerNode).asApproximateFloat()"
                + " <= 500.0 * quantity(self.segments.size).asApproximateFloat()",
        message =
                "limits.bytesPerNode may be at most 500 times segments.size, so that the list of segments stays short")
public record NetlinkCaptureSpec(
        @Required @JsonPropertyDescription("Which pods of this namespace to capture.")
        Targets targets,

        @JsonPropertyDescription("What of the pods' traffic to capture; everything when not given.") @Default("{}")
        Filter filter,

        @JsonPropertyDescription("When to end the capture: the first limit that is reached ends it.") @Default("{}")
        Limits limits,

        @JsonPropertyDescription("How the captured traffic is cut into files.") @Default("{}")
        Segments segments,

        @JsonPropertyDescription("What counts as slow and as hung.") @Default("{}")
        AnalysisSpec analysis,

        @JsonPropertyDescription(
                "What is overwritten with zeros before anything is written. Keys: key material of IPsec, WireGuard,"
                        + " MACsec, Wi-Fi and others. None: nothing; only where the administrators of the cluster allow"
                        + " it.")
        @Default("Keys")
        RedactionMode redaction,

        @JsonPropertyDescription("Where the files go, and in what form.") @Default("{}")
        Output output,

        @JsonPropertyDescription("Set to true to end the capture early and keep everything captured so far. The only"
                + " field that may change.")
        @Default("false")
        boolean stop) {

    public NetlinkCaptureSpec(
            Targets targets,
            @Nullable Filter filter,
            @Nullable Limits limits,
            @Nullable Segments segments,
            @Nullable AnalysisSpec analysis,
            @Nullable RedactionMode redaction,
            @Nullable Output output,
            boolean stop) {
        this.targets = targets;
        this.filter = filter == null ? Filter.DEFAULT : filter;
        this.limits = limits == null ? Limits.DEFAULT : limits;
        this.segments = segments == null ? Segments.DEFAULT : segments;
        this.analysis = analysis == null ? AnalysisSpec.DEFAULT : analysis;
        this.redaction = redaction == null ? RedactionMode.KEYS : redaction;
        this.output = output == null ? Output.DEFAULT : output;
        this.stop = stop;
    }

    /** With the usual analysis and redaction. */
    public NetlinkCaptureSpec(
            Targets targets,
            @Nullable Filter filter,
            @Nullable Limits limits,
            @Nullable Segments segments,
            @Nullable Output output,
            boolean stop) {
        this(targets, filter, limits, segments, null, null, output, stop);
    }
}
