// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** A file in the store. */
public record Artifact(
        @Required
        @JsonPropertyDescription("Where it is: <namespace>/<capture>/<uid>/<node>/<n>.pcapng, or with the format Pcap"
                + " <n>.pcap and <n>.attribution.ndjson, with .zst or .gz when"
                + " compressed. The gateway serves it at /artifacts/<key>.")
        String key,

        @JsonPropertyDescription("Bytes, as stored.") long size,

        @JsonPropertyDescription("SHA-256 of the bytes as stored, in lower-case hexadecimal.")
        String sha256) {}
