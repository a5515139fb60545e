// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.status;

import io.nltap.api.v1alpha1.CapturePhase;
import io.nltap.api.v1alpha1.Condition;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.NodeSummary;
import io.nltap.api.v1alpha1.Segment;
import io.nltap.operator.plan.StoreState;
import io.nltap.operator.target.ResolvedTargets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The conditions of a capture: each a question that a user asks, with the answer and what to do. */
final class CaptureConditions {
    static final String STORE_READY = "StoreReady";
    static final String TARGETS_RESOLVED = "TargetsResolved";
    static final String AGENTS_READY = "AgentsReady";
    static final String CAPTURING = "Capturing";
    static final String UPLOADED = "Uploaded";
    static final String COMPLETE = "Complete";

    private static final int NAMES_SHOWN = 5;

    private final RollupInput input;
    private final List<NodeSummary> nodes;
    private final CapturePhase phase;
    private final Optional<Outcome> outcome;

    CaptureConditions(RollupInput input, List<NodeSummary> nodes, CapturePhase phase, Optional<Outcome> outcome) {
        this.input = input;
        this.nodes = nodes;
        this.phase = phase;
        this.outcome = outcome;
    }

    List<Condition> all() {
        return List.of(storeReady(), targetsResolved(), agentsReady(), capturing(), uploaded(), complete());
    }

    private Condition storeReady() {
        if (input.store() instanceof StoreState.NotReady notReady) {
            return no(STORE_READY, notReady.reason(), notReady.message());
        }
        return yes(
                STORE_READY,
                "Ready",
                "store '%s' can take artifacts"
                        .formatted(input.capture().getSpec().output().store()));
    }

    private Condition targetsResolved() {
        ResolvedTargets targets = input.targets();
        String namespace = input.capture().getMetadata().getNamespace();
        if (targets.problem().isPresent()) {
            return no(
                    TARGETS_RESOLVED,
                    targets.problem().get().reason(),
                    targets.problem().get().message()
                            + "; the spec cannot change: delete the capture and create another one");
        }
        if (targets.pods() > 0) {
            return yes(TARGETS_RESOLVED, "Resolved", resolvedWords(targets));
        }
        if (!nodes.isEmpty()) {
            return yes(
                    TARGETS_RESOLVED,
                    "TargetsLeft",
                    "no pod matches at present; pods that appear are followed until" + " the capture ends");
        }
        if (!targets.waiting().isEmpty()) {
            return no(
                    TARGETS_RESOLVED,
                    "PodsNotRunning",
                    "%s, but not running yet: %s; the capture begins when one of them runs"
                            .formatted(
                                    count(targets.waiting().size(), "pod matches", "pods match"),
                                    names(targets.waiting())));
        }
        return no(
                TARGETS_RESOLVED,
                "NoPods",
                "no pod in namespace %s matches spec.targets; the capture begins as soon as one runs"
                        .formatted(namespace));
    }

    private static String resolvedWords(ResolvedTargets targets) {
        StringBuilder words = new StringBuilder("%s on %s"
                .formatted(
                        count(targets.pods(), "pod", "pods"),
                        count(targets.byNode().size(), "node", "nodes")));
        if (!targets.waiting().isEmpty()) {
            words.append("; not running yet: ").append(names(targets.waiting()));
        }
        return words.toString();
    }

    private Condition agentsReady() {
        if (nodes.isEmpty()) {
            return unknown(AGENTS_READY, "NoOrders", "no node has an order yet");
        }
        List<String> lost = nodes.stream()
                .filter(node -> node.phase() == NodePhase.LOST)
                .map(NodeSummary::nodeName)
                .toList();
        if (!lost.isEmpty()) {
            return no(AGENTS_READY, "NodesLost", "given up: " + names(lost));
        }
        List<NodeCapture> silent =
                input.orders().stream().filter(CaptureConditions::isUnanswered).toList();
        if (silent.isEmpty()) {
            return yes(
                    AGENTS_READY, "Answered", "%s answered".formatted(count(nodes.size(), "agent has", "agents have")));
        }
        return no(
                AGENTS_READY,
                "WaitingForAgents",
                "%d of %s have not answered yet: %s"
                        .formatted(
                                silent.size(),
                                count(nodes.size(), "node", "nodes"),
                                names(silent.stream().map(this::agentWords).toList())));
    }

    private static boolean isUnanswered(NodeCapture order) {
        NodeCaptureStatus answer = RollupInput.answer(order);
        return answer.phase() == NodePhase.PENDING && answer.observedGeneration() == 0;
    }

    private String agentWords(NodeCapture order) {
        String node = order.getSpec().nodeName();
        AgentPod pod = input.agents().get(node);
        return "%s (%s)".formatted(node, pod == null ? "no agent pod there yet" : pod.words());
    }

    private Condition capturing() {
        long capturing = nodes.stream()
                .filter(node -> node.phase() == NodePhase.CAPTURING)
                .count();
        if (capturing > 0) {
            return yes(CAPTURING, "Capturing", "on %s".formatted(count(capturing, "node", "nodes")));
        }
        boolean begun = phase != CapturePhase.PENDING;
        if (!begun) {
            return no(CAPTURING, "NotStarted", notStartedBecause());
        }
        String ends = nodes.stream()
                .flatMap(node -> Optional.ofNullable(node.endedBy()).stream())
                .distinct()
                .sorted()
                .map(EndWords::of)
                .collect(Collectors.joining(", "));
        return no(CAPTURING, "Ended", ends.isEmpty() ? "no node captures any more" : ends);
    }

    private String notStartedBecause() {
        if (input.store() instanceof StoreState.NotReady) {
            return "waits for the store";
        }
        return nodes.isEmpty() ? "waits for pods" : "waits for the agents, or for processes of the pods";
    }

    private Condition uploaded() {
        List<Segment> segments = input.orders().stream()
                .flatMap(order -> RollupInput.answer(order).segments().stream())
                .toList();
        long stored = segments.stream().filter(Segment::stored).count();
        if (outcome.isEmpty() && StatusRollup.wantsReport(input)) {
            return no(
                    UPLOADED,
                    "Reporting",
                    "%s in the store; the report of the whole capture is being made"
                            .formatted(count(stored, "segment is", "segments are")));
        }
        if (outcome.isEmpty()) {
            return segments.isEmpty()
                    ? no(UPLOADED, "NothingYet", "no segment is closed yet")
                    : no(
                            UPLOADED,
                            "InProgress",
                            "%d of %d segments are in the store".formatted(stored, segments.size()));
        }
        boolean unknown = nodes.stream().anyMatch(node -> node.phase() == NodePhase.LOST);
        if (unknown || stored < segments.size()) {
            return no(
                    UPLOADED,
                    "Incomplete",
                    "%s in the store; more may be lost"
                            .formatted(count(StatusRollup.artifacts(input).size(), "file is", "files are")));
        }
        return yes(
                UPLOADED,
                "Stored",
                segments.isEmpty()
                        ? "there was nothing to upload"
                        : "all of %s in the store".formatted(count(stored, "segment is", "segments are")));
    }

    private Condition complete() {
        if (outcome.isEmpty() && nodes.isEmpty()) {
            return no(COMPLETE, "InProgress", "no node has an order yet");
        }
        if (outcome.isEmpty()) {
            return no(
                    COMPLETE,
                    "InProgress",
                    "%s of %s done"
                            .formatted(
                                    nodes.stream()
                                            .filter(node -> node.phase().isFinal())
                                            .count(),
                                    count(nodes.size(), "node is", "nodes are")));
        }
        String words = outcome.get().message();
        return yes(
                COMPLETE,
                PhaseWords.of(phase),
                input.report() instanceof ReportState.Failed failed && StatusRollup.wantsReport(input)
                        ? "%s; there is no report, because %s".formatted(words, failed.why())
                        : words);
    }

    private Condition yes(String type, String reason, String message) {
        return condition(type, Condition.Status.True, reason, message);
    }

    private Condition no(String type, String reason, String message) {
        return condition(type, Condition.Status.False, reason, message);
    }

    private Condition unknown(String type, String reason, String message) {
        return condition(type, Condition.Status.Unknown, reason, message);
    }

    /** {@code lastTransitionTime} tells when the status changed, not when its words did. */
    private Condition condition(String type, Condition.Status status, String reason, String message) {
        String since = input.previous().conditions().stream()
                .filter(before -> before.type().equals(type) && before.status() == status)
                .map(Condition::lastTransitionTime)
                .findFirst()
                .orElseGet(() -> Timestamps.of(input.now()));
        Long generation = input.capture().getMetadata().getGeneration();
        return new Condition(type, status, reason, message, since, generation == null ? 0 : generation);
    }

    private static String count(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }

    private static String names(Collection<String> names) {
        String first = names.stream().limit(NAMES_SHOWN).collect(Collectors.joining(", "));
        int more = names.size() - NAMES_SHOWN;
        return more > 0 ? "%s and %d more".formatted(first, more) : first;
    }
}
