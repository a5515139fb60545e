// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** A file in the store. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Artifact(
        @Required
        @JsonPropertyDescription("Where it is: <namespace>/<capture>/<uid>/<node>/<n>.pcapng, or with the format Pcap"
                + " <n>.pcap and <n>.attribution.ndjson, with .zst or .gz when compressed; summary.json, changes.ndjson"
                + " and evidence.ndjson of each node beside these; report.html, summary.json and manifest.json of the"
                + " whole capture beside the nodes. The gateway serves it at /artifacts/<key>.")
        String key,

        @JsonPropertyDescription("Bytes, as stored.") long size,

        @JsonPropertyDescription("SHA-256 of the bytes as stored, in lower-case hexadecimal.")
        String sha256,

        @JsonPropertyDescription(
                "What it is. Segment: captured traffic. Attribution: whose the packets of a segment are. Evidence:"
                        + " what a node saw beside the wire. Summary: what it comes to. Changes: who changed what. Report:"
                        + " the same for people. Manifest: all files, and what is missing.")
        @Nullable
        ArtifactRole kind) {

    /** @param key decides what it is */
    public Artifact(String key, long size, String sha256) {
        this(key, size, sha256, roleOf(key));
    }

    private static @Nullable ArtifactRole roleOf(String key) {
        return ArtifactKey.parse(key).map(it -> ArtifactRole.of(it.kind())).orElse(null);
    }
}
