// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

public record Segments(
        @JsonPropertyDescription("A file is closed when it has this many bytes, before compression, from 1Mi to 1Gi.")
        @Default("16Mi")
        @Size(max = 16)
        @ValidationRule(
                value =
                        "self" + Amounts.MATCHES_BYTES
                                + " && quantity(self).compareTo(quantity('1Mi')) >= 0 && quantity(self).compareTo(quantity('1Gi')) <= 0",
                message = "segments.size must be from 1Mi to 1Gi, such as 16Mi")
        String size,

        @JsonPropertyDescription("A file that holds anything is closed after this time, from 1s to 1h.")
        @Default("30s")
        @Size(max = 16)
        @ValidationRule(
                value = "self" + Amounts.MATCHES_DURATION
                        + " && duration(self) >= duration('1s') && duration(self) <= duration('1h')",
                message = "segments.interval must be from 1s to 1h, such as 10s or 5m")
        String interval) {

    public static final Segments DEFAULT = new Segments(null, null);

    public Segments(@Nullable String size, @Nullable String interval) {
        this.size = size == null ? "16Mi" : size;
        this.interval = interval == null ? "30s" : interval;
    }
}
