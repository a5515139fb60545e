// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** A closed piece of capture. */
public record Segment(
        @Required @JsonPropertyDescription("Counts from 0 on each node.")
        int number,

        @JsonPropertyDescription("Where it is, or will be, in the store.")
        String key,

        long frames,
        long messages,

        @JsonPropertyDescription("Bytes as stored; 0 until known.")
        long size,

        @JsonPropertyDescription("Of the bytes as stored, in lower-case hexadecimal.") @Nullable
        String sha256,

        @JsonPropertyDescription("Kernel time of the first datagram, RFC 3339 with nanoseconds.") @Nullable
        String firstTime,

        @JsonPropertyDescription("Kernel time of the last datagram, RFC 3339 with nanoseconds.") @Nullable
        String lastTime,

        @JsonPropertyDescription("Whether store or gateway have confirmed its size and SHA-256.")
        boolean stored) {}
