// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.status;

import io.nltap.api.v1alpha1.AnalysisCounts;
import io.nltap.api.v1alpha1.Artifact;
import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.api.v1alpha1.CapturePhase;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.NetlinkCaptureStatus;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.NodeSummary;
import io.nltap.api.v1alpha1.Segment;
import io.nltap.api.v1alpha1.TargetStatus;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Adds the answers of all nodes up to what a capture tells its user. A final status never changes again. */
public final class StatusRollup {
    private static final int MAX_NODES = 100;
    private static final int MAX_ARTIFACTS = 1000;

    private StatusRollup() {}

    public static NetlinkCaptureStatus of(RollupInput input) {
        NetlinkCaptureStatus previous = input.previous();
        if (previous.phase().isFinal()) {
            return previous;
        }
        List<NodeSummary> nodes = NodeSummaries.of(input);
        Optional<Outcome> outcome = wantsReport(input) && input.report() instanceof ReportState.Pending
                ? Optional.empty()
                : Outcome.of(input, nodes);
        CapturePhase phase = outcome.map(Outcome::phase).orElseGet(() -> goingOn(nodes));
        Long generation = input.capture().getMetadata().getGeneration();
        long done = nodes.stream().filter(node -> node.phase().isFinal()).count();
        return new NetlinkCaptureStatus(
                generation == null ? 0 : generation,
                phase,
                new CaptureConditions(input, nodes, phase, outcome).all(),
                startTime(input),
                outcome.isPresent() ? Timestamps.of(input.now()) : null,
                capturedPods(input),
                done + "/" + nodes.size(),
                totals(input),
                nodes.stream().limit(MAX_NODES).toList(),
                input.orders().stream()
                        .map(order -> RollupInput.answer(order).analysis())
                        .reduce(AnalysisCounts.NONE, AnalysisCounts::plus),
                FindingsRollup.of(input),
                artifacts(input));
    }

    /** Whether every node has ended, and there is something to be reported. */
    public static boolean wantsReport(RollupInput input) {
        return !input.previous().phase().isFinal()
                && Outcome.of(input, NodeSummaries.of(input)).isPresent()
                && input.orders().stream().anyMatch(order -> hasFiles(RollupInput.answer(order)));
    }

    private static boolean hasFiles(NodeCaptureStatus answer) {
        return !answer.artifacts().isEmpty() || answer.segments().stream().anyMatch(Segment::stored);
    }

    private static CapturePhase goingOn(List<NodeSummary> nodes) {
        boolean begun = nodes.stream().anyMatch(node -> node.phase() != NodePhase.PENDING);
        boolean open = nodes.stream()
                .anyMatch(node -> node.phase() == NodePhase.PENDING || node.phase() == NodePhase.CAPTURING);
        if (!begun) {
            return CapturePhase.PENDING;
        }
        return open ? CapturePhase.CAPTURING : CapturePhase.UPLOADING;
    }

    private static @Nullable String startTime(RollupInput input) {
        Stream<Instant> answered = input.orders().stream()
                .flatMap(order -> Timestamps.parse(RollupInput.answer(order).startTime()).stream());
        Stream<Instant> noted = Timestamps.parse(input.previous().startTime()).stream();
        return Stream.concat(answered, noted)
                .min(Comparator.naturalOrder())
                .map(Timestamps::of)
                .orElse(null);
    }

    private static int capturedPods(RollupInput input) {
        return (int) input.orders().stream()
                .filter(order -> !RollupInput.answer(order).phase().isFinal())
                .flatMap(order -> RollupInput.answer(order).targets().stream())
                .filter(target -> target.state() == TargetStatus.State.CAPTURING)
                .count();
    }

    private static Counters totals(RollupInput input) {
        return input.orders().stream()
                .map(order -> RollupInput.answer(order).counters())
                .reduce(Counters.ZERO, Counters::plus);
    }

    /** What was listed once stays listed, even if its NodeCapture is deleted: the files are still there. */
    static List<Artifact> artifacts(RollupInput input) {
        Map<String, Artifact> byKey = new TreeMap<>();
        input.previous().artifacts().forEach(artifact -> byKey.put(artifact.key(), artifact));
        if (input.report() instanceof ReportState.Made made) {
            made.files().forEach(artifact -> byKey.put(artifact.key(), artifact));
        }
        for (NodeCapture order : input.orders()) {
            RollupInput.answer(order).artifacts().forEach(artifact -> byKey.put(artifact.key(), artifact));
            for (Segment segment : RollupInput.answer(order).segments()) {
                if (segment.stored() && segment.sha256() != null) {
                    byKey.put(segment.key(), new Artifact(segment.key(), segment.size(), segment.sha256()));
                    if (segment.attribution() != null) {
                        byKey.put(segment.attribution().key(), segment.attribution());
                    }
                }
            }
        }
        return byKey.values().stream()
                .sorted(Comparator.comparing(StatusRollup::rank).thenComparing(Artifact::key))
                .limit(MAX_ARTIFACTS)
                .toList();
    }

    /** What a person looks at first comes first, so that it is listed however many files there are. */
    private static int rank(Artifact artifact) {
        boolean ofCapture = ArtifactKey.parse(artifact.key())
                .map(key -> key.node().isEmpty())
                .orElse(false);
        return ofCapture ? 0 : 1;
    }
}
