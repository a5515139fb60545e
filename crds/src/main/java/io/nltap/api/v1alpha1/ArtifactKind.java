// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

/** What a file in the store is, by its name. */
public enum ArtifactKind {
    /** A capture file that says on each packet whose it is. */
    PCAPNG("pcapng", Place.SEGMENT, "application/octet-stream"),
    /** A capture file in the old format. */
    PCAP("pcap", Place.SEGMENT, "application/octet-stream"),
    /** Whose the packets of the {@link #PCAP} file of the same number are, a line of JSON for each. */
    ATTRIBUTION("attribution.ndjson", Place.SEGMENT, "application/x-ndjson"),
    /** What was seen beside the wire, a line of JSON for each look. */
    EVIDENCE("evidence.ndjson", Place.NODE, "application/x-ndjson"),
    /** What it comes to: findings, requests, failures. */
    SUMMARY("summary.json", Place.NODE_OR_CAPTURE, "application/json"),
    /** Who changed what, a line of JSON for each change. */
    CHANGES("changes.ndjson", Place.NODE, "application/x-ndjson"),
    /** The same for people, a page. */
    REPORT("report.html", Place.CAPTURE, "text/html;charset=UTF-8"),
    /** All files of a capture, and what is missing. */
    MANIFEST("manifest.json", Place.CAPTURE, "application/json");

    private enum Place {
        SEGMENT,
        NODE,
        NODE_OR_CAPTURE,
        CAPTURE
    }

    private final String extension;
    private final Place place;
    private final String mediaType;

    ArtifactKind(String extension, Place place, String mediaType) {
        this.extension = extension;
        this.place = place;
        this.mediaType = mediaType;
    }

    /** The name of the file; of a part of a segment, what comes after the number and a dot. Without the suffix of its
     * compression. */
    public String extension() {
        return extension;
    }

    /** Of the file, if it is not compressed. */
    public String mediaType() {
        return mediaType;
    }

    /** Whether there is one for each segment, with the segment's number in its name. */
    public boolean isNumbered() {
        return place == Place.SEGMENT;
    }

    /** Whether a node has one for the whole capture. */
    public boolean isOfNode() {
        return place == Place.NODE || place == Place.NODE_OR_CAPTURE;
    }

    /** Whether a capture has one for all its nodes. */
    public boolean isOfCapture() {
        return place == Place.CAPTURE || place == Place.NODE_OR_CAPTURE;
    }
}
