// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

public record AnalysisSpec(
        @JsonPropertyDescription("A request whose answer the kernel begins later than this is slow, from 1ms to 10m.")
        @Default("500ms")
        @Size(max = 16)
        @ValidationRule(
                value = "self" + Amounts.MATCHES_SHORT_DURATION
                        + " && duration(self) >= duration('1ms') && duration(self) <= duration('10m')",
                message = "analysis.slowAfter must be from 1ms to 10m, such as 200ms or 2s")
        String slowAfter,

        @JsonPropertyDescription(
                "What is open for longer than this, or has stood still for longer, may hang, and is looked"
                        + " into; from 1s to 60m.")
        @Default("5s")
        @Size(max = 16)
        @ValidationRule(
                value = "self" + Amounts.MATCHES_SHORT_DURATION
                        + " && duration(self) >= duration('1s') && duration(self) <= duration('60m')",
                message = "analysis.hungAfter must be from 1s to 60m, such as 5s or 2m")
        String hungAfter,

        @JsonPropertyDescription(
                "Whether to look at what the threads of the pods do in the kernel, and at who holds the lock that they"
                        + " wait for. Without it, less can be said of what hangs.")
        @Default("true")
        boolean stacks) {

    public static final AnalysisSpec DEFAULT = new AnalysisSpec(null, null, null);

    @JsonCreator
    public AnalysisSpec(
            @JsonProperty("slowAfter") @Nullable String slowAfter,
            @JsonProperty("hungAfter") @Nullable String hungAfter,
            @JsonProperty("stacks") @Nullable Boolean stacks) {
        this(
                slowAfter == null ? "500ms" : slowAfter,
                hungAfter == null ? "5s" : hungAfter,
                stacks == null || stacks.booleanValue());
    }
}
