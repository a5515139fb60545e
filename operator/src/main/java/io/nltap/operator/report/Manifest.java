// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.ArtifactRole;
import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.Segment;
import io.nltap.api.v1alpha1.TargetStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code manifest.json}: every file of a capture with its size and SHA-256, what each node has counted, and what is missing.
 * docs/summary.md describes it.
 *
 * @param complete whether nothing is missing
 * @param missing a sentence each
 * @param totals of all nodes
 * @param files of the whole capture first
 * @param omittedFiles for which there was no room
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Manifest(
        int version,
        CaptureRef capture,
        boolean complete,
        List<String> missing,
        Counters totals,
        List<NodePart> nodes,
        List<FilePart> files,
        int omittedFiles) {

    private static final int VERSION = 1;
    private static final int MOST_FILES = 50_000;
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /**
     * @param accounted whether it is known of everything received what became of it
     * @param targets what became of each pod, and since when it was captured
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record NodePart(
            String node,
            NodePhase phase,
            @Nullable EndedBy endedBy,
            @Nullable String reason,
            @Nullable String message,
            @Nullable String startTime,
            @Nullable String endTime,
            Counters counters,
            boolean accounted,
            List<TargetStatus> targets) {}

    /** @param node not set for a file of the whole capture */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record FilePart(
            String key,
            long size,
            String sha256,
            @Nullable ArtifactRole kind,
            @Nullable String node,
            @Nullable Long frames,
            @Nullable Long messages,
            @Nullable String firstTime,
            @Nullable String lastTime) {

        static FilePart of(Artifact artifact, @Nullable String node) {
            return new FilePart(
                    artifact.key(), artifact.size(), artifact.sha256(), artifact.kind(), node, null, null, null, null);
        }

        static FilePart of(Segment segment, String sha256, String node) {
            return new FilePart(
                    segment.key(),
                    segment.size(),
                    sha256,
                    ArtifactRole.SEGMENT,
                    node,
                    segment.frames(),
                    segment.messages(),
                    segment.firstTime(),
                    segment.lastTime());
        }
    }

    /** @param made files of the whole capture, this one not among them */
    static Manifest of(ReportOrder order, List<String> missing, List<Artifact> made) {
        List<FilePart> files = new ArrayList<>();
        made.forEach(each -> files.add(FilePart.of(each, null)));
        Counters totals = Counters.ZERO;
        List<NodePart> nodes = new ArrayList<>();
        for (ReportOrder.Node node : order.nodes()) {
            NodeCaptureStatus status = node.status();
            totals = totals.plus(status.counters());
            nodes.add(new NodePart(
                    node.name(),
                    status.phase(),
                    status.endedBy(),
                    status.reason(),
                    status.message(),
                    status.startTime(),
                    status.endTime(),
                    status.counters(),
                    status.counters().accounted() == status.counters().received(),
                    status.targets()));
            status.artifacts().forEach(each -> files.add(FilePart.of(each, node.name())));
            for (Segment segment : status.segments()) {
                String sha256 = segment.sha256();
                if (segment.stored() && sha256 != null) {
                    files.add(FilePart.of(segment, sha256, node.name()));
                    if (segment.attribution() != null) {
                        files.add(FilePart.of(segment.attribution(), node.name()));
                    }
                }
            }
        }
        return new Manifest(
                VERSION,
                order.capture(),
                missing.isEmpty(),
                missing,
                totals,
                nodes,
                files.stream().limit(MOST_FILES).toList(),
                Math.max(0, files.size() - MOST_FILES));
    }

    byte[] json() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a manifest can be written", e);
        }
    }
}
