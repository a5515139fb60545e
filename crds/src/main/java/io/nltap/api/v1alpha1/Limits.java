// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record Limits(
        @JsonPropertyDescription("How long to capture, from 1s to 24h, such as 90s, 5m or 1h30m.")
        @Default("60s")
        @Size(max = 16)
        @ValidationRule(
                value = "self" + Amounts.MATCHES_DURATION
                        + " && duration(self) >= duration('1s') && duration(self) <= duration('24h')",
                message = "limits.duration must be from 1s to 24h, such as 90s, 5m or 1h30m")
        String duration,

        @JsonPropertyDescription(
                "How many bytes of capture file to write on each node, before compression, from 1Mi to" + " 64Gi.")
        @Default("256Mi")
        @Size(max = 16)
        @ValidationRule(
                value =
                        "self" + Amounts.MATCHES_BYTES
                                + " && quantity(self).compareTo(quantity('1Mi')) >= 0 && quantity(self).compareTo(quantity('64Gi')) <= 0",
                message = "limits.bytesPerNode must be from 1Mi to 64Gi, such as 256Mi or 2Gi")
        String bytesPerNode,

        @JsonPropertyDescription("How many netlink messages to capture on each node. Unlimited when not set.")
        @Min(1)
        @Max(1_000_000_000_000L)
        @Nullable
        Long messagesPerNode) {

    public static final Limits DEFAULT = new Limits(null, null, null);

    public Limits(@Nullable String duration, @Nullable String bytesPerNode, @Nullable Long messagesPerNode) {
        this.duration = duration == null ? "60s" : duration;
        this.bytesPerNode = bytesPerNode == null ? "256Mi" : bytesPerNode;
        this.messagesPerNode = messagesPerNode;
    }
}
