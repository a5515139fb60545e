// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record NodeCaptureStatus(
        @JsonPropertyDescription("The generation of the spec that this status answers.")
        long observedGeneration,

        @JsonPropertyDescription("Pending: no agent has answered, or no process was found yet. Done: ended as asked,"
                + " every file is in the store and the node is as it was. Failed: ended for another reason."
                + " Lost: the node did not answer in time.")
        NodePhase phase,

        @JsonPropertyDescription("One word in CamelCase that says what is wrong; not set when all is well.") @Nullable
        String reason,

        @JsonPropertyDescription("What is wrong and what to do; not set when all is well.") @Nullable
        String message,

        @JsonPropertyDescription("When the first tap was open, by the node's clock.") @Nullable
        String startTime,

        @JsonPropertyDescription("When the capture ended, by the node's clock.") @Nullable
        String endTime,

        @JsonPropertyDescription("What ended the capture.") @Nullable
        EndedBy endedBy,

        @JsonPropertyDescription("What reads the frames: Ring, or Libpcap where a packet ring cannot be had.") @Nullable
        Engine engine,

        @JsonPropertyDescription("How the nlmon module came to be there.") @Nullable
        ModuleState module,

        @JsonPropertyDescription(
                "How this node tells whose datagrams are; where network namespaces differ, the least of" + " them.")
        @Nullable
        Attributing attribution,

        @JsonPropertyDescription("Sums over all network namespaces that are tapped on this node.")
        Counters counters,

        @JsonPropertyDescription("What became of each pod.") List<TargetStatus> targets,

        @JsonPropertyDescription("The files of this node, in the order in which they were closed.")
        List<Segment> segments) {

    public static final NodeCaptureStatus PENDING =
            new NodeCaptureStatus(0, null, null, null, null, null, null, null, null, null, null, null, null);

    public NodeCaptureStatus(
            long observedGeneration,
            @Nullable NodePhase phase,
            @Nullable String reason,
            @Nullable String message,
            @Nullable String startTime,
            @Nullable String endTime,
            @Nullable EndedBy endedBy,
            @Nullable Engine engine,
            @Nullable ModuleState module,
            @Nullable Attributing attribution,
            @Nullable Counters counters,
            @Nullable List<TargetStatus> targets,
            @Nullable List<Segment> segments) {
        this.observedGeneration = observedGeneration;
        this.phase = phase == null ? NodePhase.PENDING : phase;
        this.reason = reason;
        this.message = message;
        this.startTime = startTime;
        this.endTime = endTime;
        this.endedBy = endedBy;
        this.engine = engine;
        this.module = module;
        this.attribution = attribution;
        this.counters = counters == null ? Counters.ZERO : counters;
        this.targets = targets == null ? List.of() : List.copyOf(targets);
        this.segments = segments == null ? List.of() : List.copyOf(segments);
    }
}
