// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** A closed piece of capture. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Segment(
        @Required @JsonPropertyDescription("Counts from 0 on each node.")
        int number,

        @JsonPropertyDescription("Where it is, or will be, in the store.")
        String key,

        @JsonPropertyDescription("Datagrams in it; one may hold many messages.")
        long frames,

        @JsonPropertyDescription("Netlink messages in those datagrams.")
        long messages,

        @JsonPropertyDescription("Bytes as stored; 0 until known.")
        long size,

        @JsonPropertyDescription("SHA-256 of the bytes as stored, in lower-case hexadecimal; not set until known.")
        @Nullable
        String sha256,

        @JsonPropertyDescription("Kernel time of the first datagram, with nanoseconds.") @Nullable
        String firstTime,

        @JsonPropertyDescription("Kernel time of the last datagram, with nanoseconds.") @Nullable
        String lastTime,

        @JsonPropertyDescription(
                "Whether store or gateway have confirmed the size and SHA-256 of all that belongs to it.")
        boolean stored,

        @JsonPropertyDescription("With the format Pcap: the file that says whose its packets are. It is stored when the"
                + " segment is.")
        @Nullable
        Artifact attribution) {

    public Segment stored(boolean isStored) {
        return new Segment(number, key, frames, messages, size, sha256, firstTime, lastTime, isStored, attribution);
    }
}
