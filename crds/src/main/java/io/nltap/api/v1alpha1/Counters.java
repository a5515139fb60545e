// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

public record Counters(
        @JsonPropertyDescription("Datagrams written to segments; one may hold many messages.")
        long frames,

        @JsonPropertyDescription("Netlink messages in those datagrams.")
        long messages,

        @JsonPropertyDescription("Bytes of capture file written, before compression.")
        long bytes,

        @JsonPropertyDescription("Datagrams that the kernel could not put into the packet ring because it was full.")
        long dropped,

        @JsonPropertyDescription("Datagrams that were read from the ring but not written because a limit was reached or"
                + " the disk was full.")
        long droppedByLimits) {

    public static final Counters ZERO = new Counters(0, 0, 0, 0, 0);

    public Counters plus(Counters other) {
        return new Counters(
                frames + other.frames,
                messages + other.messages,
                bytes + other.bytes,
                dropped + other.dropped,
                droppedByLimits + other.droppedByLimits);
    }
}
