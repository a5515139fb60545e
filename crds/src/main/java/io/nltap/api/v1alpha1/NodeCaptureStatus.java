// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
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
        List<Segment> segments,

        @JsonPropertyDescription("What the analysis has counted on this node so far.")
        AnalysisCounts analysis,

        @JsonPropertyDescription("What hangs or hung on this node, the longest first; the first 20, the artifact"
                + " summary.json has the rest.")
        @Size(max = 20)
        List<CaptureFinding> findings,

        @JsonPropertyDescription("The files of this node in the store that are no segments.")
        List<Artifact> artifacts) {

    /** Findings that are listed. */
    public static final int MAX_FINDINGS = 20;

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
            @Nullable List<Segment> segments,
            @Nullable AnalysisCounts analysis,
            @Nullable List<CaptureFinding> findings,
            @Nullable List<Artifact> artifacts) {
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
        this.analysis = analysis == null ? AnalysisCounts.NONE : analysis;
        this.findings = findings == null ? List.of() : List.copyOf(findings);
        this.artifacts = artifacts == null ? List.of() : List.copyOf(artifacts);
    }

    /** Without anything that an analysis found. */
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
        this(
                observedGeneration,
                phase,
                reason,
                message,
                startTime,
                endTime,
                endedBy,
                engine,
                module,
                attribution,
                counters,
                targets,
                segments,
                null,
                null,
                null);
    }
}
