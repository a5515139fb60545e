// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What became of datagrams. Whatever was received is accounted for: see {@link #accounted}. */
public record Counters(
        @JsonPropertyDescription(
                "Datagrams read from the packet ring, of everybody who talks in the network namespaces:"
                        + " always frames + outOfScope + filtered + duplicates + droppedByLimits.")
        long received,

        @JsonPropertyDescription("Datagrams written to segments; one may hold many messages.")
        long frames,

        @JsonPropertyDescription("Netlink messages in those datagrams.")
        long messages,

        @JsonPropertyDescription("Bytes of capture file written, before compression.")
        long bytes,

        @JsonPropertyDescription("Datagrams that are not of the pods or containers that were asked for, or that nobody"
                + " can tell so of where others talk, too.")
        long outOfScope,

        @JsonPropertyDescription("Datagrams in scope that spec.filter leaves out.")
        long filtered,

        @JsonPropertyDescription("Copies of notifications: the kernel makes one for each listener, and one is kept.")
        long duplicates,

        @JsonPropertyDescription(
                "Datagrams in scope that were not written because a limit was reached or the disk was" + " full.")
        long droppedByLimits,

        @JsonPropertyDescription("Datagrams that the kernel could not put into the packet ring because it was full; not"
                + " among the received.")
        long dropped,

        @JsonPropertyDescription("Datagrams among the received of which nobody can tell whose they are. In a pod's own"
                + " network namespace they are kept, in that of the node they are out of scope.")
        long unattributed) {

    public static final Counters ZERO = new Counters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Where everything that was received was also wanted. */
    public static Counters of(long frames, long messages, long bytes, long dropped, long droppedByLimits) {
        return new Counters(frames + droppedByLimits, frames, messages, bytes, 0, 0, 0, droppedByLimits, dropped, 0);
    }

    public Counters plus(Counters other) {
        return new Counters(
                received + other.received,
                frames + other.frames,
                messages + other.messages,
                bytes + other.bytes,
                outOfScope + other.outOfScope,
                filtered + other.filtered,
                duplicates + other.duplicates,
                droppedByLimits + other.droppedByLimits,
                dropped + other.dropped,
                unattributed + other.unattributed);
    }

    /** Datagrams whose fate is known; as many as were received. */
    public long accounted() {
        return frames + outOfScope + filtered + duplicates + droppedByLimits;
    }
}
