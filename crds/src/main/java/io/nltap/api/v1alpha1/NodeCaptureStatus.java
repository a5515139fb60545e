// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

public record NodeCaptureStatus(
        long observedGeneration,
        NodePhase phase,

        @JsonPropertyDescription("One word in CamelCase that says what is wrong, or empty.") @Nullable
        String reason,

        @JsonPropertyDescription("What is wrong and what to do, or empty.") @Nullable
        String message,

        @JsonPropertyDescription("When the first tap was open, RFC 3339, by the node's clock.") @Nullable
        String startTime,

        @JsonPropertyDescription("When the capture ended, RFC 3339, by the node's clock.") @Nullable
        String endTime,

        @JsonPropertyDescription("What ended the capture.") @Nullable
        EndedBy endedBy,

        @JsonPropertyDescription("What reads the frames: Ring, or Libpcap where a packet ring cannot be had.") @Nullable
        Engine engine,

        @JsonPropertyDescription("How the nlmon module came to be there.") @Nullable
        ModuleState module,

        Counters counters,
        List<TargetStatus> targets,
        List<Segment> segments) {

    public static final NodeCaptureStatus PENDING =
            new NodeCaptureStatus(0, null, null, null, null, null, null, null, null, null, null, null);

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
        this.counters = counters == null ? Counters.ZERO : counters;
        this.targets = targets == null ? List.of() : List.copyOf(targets);
        this.segments = segments == null ? List.of() : List.copyOf(segments);
    }
}
