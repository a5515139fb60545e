// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record NetlinkCaptureStatus(
        @JsonPropertyDescription("The generation of the spec that this status answers.")
        long observedGeneration,

        @JsonPropertyDescription("Succeeded: every node ended as asked and every file is in the store."
                + " PartiallySucceeded: something is in the store, but a node failed, was interrupted or lost data."
                + " Failed: nothing was captured.")
        CapturePhase phase,

        @JsonPropertyDescription(
                "Of the types StoreReady, TargetsResolved, AgentsReady, Capturing, Uploaded and Complete. A false one"
                        + " says why, and what to do. Complete turns True when the capture has ended, well or not.")
        List<Condition> conditions,

        @JsonPropertyDescription("When the first node began to capture.") @Nullable
        String startTime,

        @JsonPropertyDescription("When the last node had ended and uploaded everything.") @Nullable
        String completionTime,

        @JsonPropertyDescription("How many pods are captured now.")
        int pods,

        @JsonPropertyDescription("Nodes that are done, of all nodes of the capture, such as 1/3.")
        String nodesDone,

        @JsonPropertyDescription("Sums over all nodes.") Counters totals,

        @JsonPropertyDescription("One entry for each node, for the first 100 nodes; the NodeCaptures have the rest.")
        List<NodeSummary> nodes,

        @JsonPropertyDescription("What the analysis has counted so far, on all nodes.")
        AnalysisCounts analysis,

        @JsonPropertyDescription("What hangs or hung, on all nodes, the longest first; the first 20, the artifact"
                + " summary.json has the rest.")
        @Size(max = 20)
        List<CaptureFinding> findings,

        @JsonPropertyDescription(
                "The files in the store, those of the whole capture first; the first 1000, the artifact"
                        + " manifest.json has the rest.")
        List<Artifact> artifacts) {

    /** Findings that are listed. */
    public static final int MAX_FINDINGS = 20;

    public NetlinkCaptureStatus(
            long observedGeneration,
            @Nullable CapturePhase phase,
            @Nullable List<Condition> conditions,
            @Nullable String startTime,
            @Nullable String completionTime,
            int pods,
            @Nullable String nodesDone,
            @Nullable Counters totals,
            @Nullable List<NodeSummary> nodes,
            @Nullable AnalysisCounts analysis,
            @Nullable List<CaptureFinding> findings,
            @Nullable List<Artifact> artifacts) {
        this.observedGeneration = observedGeneration;
        this.phase = phase == null ? CapturePhase.PENDING : phase;
        this.conditions = conditions == null ? List.of() : List.copyOf(conditions);
        this.startTime = startTime;
        this.completionTime = completionTime;
        this.pods = pods;
        this.nodesDone = nodesDone == null ? "0/0" : nodesDone;
        this.totals = totals == null ? Counters.ZERO : totals;
        this.nodes = nodes == null ? List.of() : List.copyOf(nodes);
        this.analysis = analysis == null ? AnalysisCounts.NONE : analysis;
        this.findings = findings == null ? List.of() : List.copyOf(findings);
        this.artifacts = artifacts == null ? List.of() : List.copyOf(artifacts);
    }

    /** Without anything that an analysis found. */
    public NetlinkCaptureStatus(
            long observedGeneration,
            @Nullable CapturePhase phase,
            @Nullable List<Condition> conditions,
            @Nullable String startTime,
            @Nullable String completionTime,
            int pods,
            @Nullable String nodesDone,
            @Nullable Counters totals,
            @Nullable List<NodeSummary> nodes,
            @Nullable List<Artifact> artifacts) {
        this(
                observedGeneration,
                phase,
                conditions,
                startTime,
                completionTime,
                pods,
                nodesDone,
                totals,
                nodes,
                null,
                null,
                artifacts);
    }
}
