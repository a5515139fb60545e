// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

/** What a file in the store is, by its name. */
public enum ArtifactKind {
    /** A capture file that says on each packet whose it is. */
    PCAPNG("pcapng"),
    /** A capture file in the old format. */
    PCAP("pcap"),
    /** Whose the packets of the {@link #PCAP} file of the same number are, a line of JSON for each. */
    ATTRIBUTION("attribution.ndjson");

    private final String extension;

    ArtifactKind(String extension) {
        this.extension = extension;
    }

    /** What a file name has after the number and a dot, before the suffix of its compression. */
    public String extension() {
        return extension;
    }
}
