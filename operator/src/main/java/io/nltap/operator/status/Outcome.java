// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.status;

import io.nltap.api.v1alpha1.CapturePhase;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.EndedBy;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.NodeSummary;
import io.nltap.api.v1alpha1.Segment;
import io.nltap.api.v1alpha1.TargetStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a capture ended. It succeeded when every node ended as asked and nothing was lost on the way; reaching a limit is
 * an end as asked.
 *
 * @param phase a final one
 */
record Outcome(CapturePhase phase, String message) {
    private static final int PROBLEMS_SHOWN = 3;

    /** @return nothing while the capture goes on */
    static Optional<Outcome> of(RollupInput input, List<NodeSummary> nodes) {
        if (nodes.isEmpty()) {
            return input.capture().getSpec().stop()
                    ? Optional.of(
                            new Outcome(CapturePhase.FAILED, "nothing was captured: stopped before any node had begun"))
                    : Optional.empty();
        }
        if (!nodes.stream().allMatch(node -> node.phase().isFinal())) {
            return Optional.empty();
        }
        List<String> problems = problems(input, nodes);
        boolean captured = input.orders().stream().anyMatch(Outcome::captured)
                || !input.previous().artifacts().isEmpty();
        if (!captured) {
            return Optional.of(new Outcome(CapturePhase.FAILED, "nothing was captured: " + nothingBecause(problems)));
        }
        return Optional.of(
                problems.isEmpty()
                        ? new Outcome(CapturePhase.SUCCEEDED, success(input) + unattributed(input))
                        : new Outcome(CapturePhase.PARTIALLY_SUCCEEDED, shown(problems) + unattributed(input)));
    }

    /** Empty, if it is known of everything. */
    private static String unattributed(RollupInput input) {
        Counters total = Counters.ZERO;
        for (NodeCapture order : input.orders()) {
            total = total.plus(RollupInput.answer(order).counters());
        }
        return total.unattributed() == 0
                ? ""
                : "; of %d of %d datagrams nobody can tell whose they are, and those in network namespaces of nodes are left out"
                        .formatted(total.unattributed(), total.received());
    }

    private static boolean captured(NodeCapture order) {
        NodeCaptureStatus answer = RollupInput.answer(order);
        return answer.segments().stream().anyMatch(Segment::stored)
                || (answer.phase() == NodePhase.DONE && answer.startTime() != null);
    }

    private static List<String> problems(RollupInput input, List<NodeSummary> nodes) {
        List<String> problems = new ArrayList<>();
        for (NodeSummary node : nodes) {
            if (node.phase() == NodePhase.LOST) {
                problems.add(
                        node.message() == null ? "node %s was given up".formatted(node.nodeName()) : node.message());
            } else if (node.phase() == NodePhase.FAILED) {
                problems.add("node %s failed%s".formatted(node.nodeName(), because(input, node)));
            }
        }
        for (NodeCapture order : input.orders()) {
            problems(order)
                    .forEach(problem ->
                            problems.add("node %s: %s".formatted(order.getSpec().nodeName(), problem)));
        }
        return problems;
    }

    private static String because(RollupInput input, NodeSummary node) {
        Optional<String> reason = input.orders().stream()
                .filter(order -> order.getSpec().nodeName().equals(node.nodeName()))
                .flatMap(order -> Optional.ofNullable(RollupInput.answer(order).reason()).stream())
                .findFirst();
        String words = node.message() == null ? "" : ": " + node.message();
        return reason.map(word -> " (" + word + ")").orElse("") + words;
    }

    private static List<String> problems(NodeCapture order) {
        NodeCaptureStatus answer = RollupInput.answer(order);
        List<String> problems = new ArrayList<>();
        if (answer.phase() == NodePhase.DONE) {
            endedEarly(answer).ifPresent(problems::add);
        }
        if (answer.counters().dropped() > 0) {
            problems.add("the kernel dropped %d datagrams because the packet ring was full"
                    .formatted(answer.counters().dropped()));
        }
        for (TargetStatus target : answer.targets()) {
            if (target.state() == TargetStatus.State.FAILED) {
                problems.add("pod %s was not captured%s"
                        .formatted(target.podName(), target.message() == null ? "" : ": " + target.message()));
            } else if (target.state() == TargetStatus.State.WAITING) {
                problems.add("pod %s was not captured: no process of it was found".formatted(target.podName()));
            }
        }
        long missing =
                answer.segments().stream().filter(segment -> !segment.stored()).count();
        if (missing > 0) {
            problems.add("%d of %d segments are not in the store"
                    .formatted(missing, answer.segments().size()));
        }
        return problems;
    }

    private static Optional<String> endedEarly(NodeCaptureStatus answer) {
        EndedBy endedBy = answer.endedBy();
        if (endedBy == null || endedBy.asAsked()) {
            return Optional.empty();
        }
        return Optional.of(
                switch (endedBy) {
                    case AGENT_STOPPED -> "the agent was stopped before the end of the capture";
                    case AGENT_RESTARTED -> "the agent died in mid-capture; what it had not yet written is lost";
                    case SPOOL_FULL -> "the capture ended early because the node's spool or disk was full";
                    default -> answer.message() == null ? "the capture ended early" : answer.message();
                });
    }

    private static String nothingBecause(List<String> problems) {
        return problems.isEmpty() ? "every node ended before it had begun" : shown(problems);
    }

    private static String shown(List<String> problems) {
        String first = problems.stream().limit(PROBLEMS_SHOWN).collect(Collectors.joining("; "));
        int more = problems.size() - PROBLEMS_SHOWN;
        return more > 0 ? "%s; and %d more".formatted(first, more) : first;
    }

    private static String success(RollupInput input) {
        String ends = input.orders().stream()
                .flatMap(order -> Optional.ofNullable(RollupInput.answer(order).endedBy()).stream())
                .distinct()
                .sorted()
                .map(EndWords::of)
                .collect(Collectors.joining(", "));
        return ends.isEmpty() ? "ended as asked" : "ended as asked: " + ends;
    }
}
