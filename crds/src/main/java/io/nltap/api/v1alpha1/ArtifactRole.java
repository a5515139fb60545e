// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a file in the store is for. */
public enum ArtifactRole {
    @JsonProperty("Report")
    REPORT,
    @JsonProperty("Manifest")
    MANIFEST,
    @JsonProperty("Summary")
    SUMMARY,
    @JsonProperty("Changes")
    CHANGES,
    @JsonProperty("Evidence")
    EVIDENCE,
    @JsonProperty("Segment")
    SEGMENT,
    @JsonProperty("Attribution")
    ATTRIBUTION;

    static ArtifactRole of(ArtifactKind kind) {
        return switch (kind) {
            case PCAPNG, PCAP -> SEGMENT;
            case ATTRIBUTION -> ATTRIBUTION;
            case EVIDENCE -> EVIDENCE;
            case SUMMARY -> SUMMARY;
            case CHANGES -> CHANGES;
            case REPORT -> REPORT;
            case MANIFEST -> MANIFEST;
        };
    }
}
