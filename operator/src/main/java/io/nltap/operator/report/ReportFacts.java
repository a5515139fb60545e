// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.report;

import io.nltap.api.v1alpha1.Attributing;
import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.TargetStatus;
import io.nltap.report.html.CaptureFacts;
import io.nltap.report.html.CaptureFacts.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** What the page says of a capture beside its summary. */
final class ReportFacts {
    private static final int NODES_SHOWN = 50;

    private ReportFacts() {}

    static CaptureFacts of(ReportOrder order, List<String> gaps, String version) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact(
                "NetlinkCapture",
                "%s/%s, uid %s"
                        .formatted(
                                order.capture().namespace(),
                                order.capture().name(),
                                order.capture().uid())));
        Counters totals = Counters.ZERO;
        for (ReportOrder.Node node : order.nodes()) {
            totals = totals.plus(node.status().counters());
        }
        facts.add(new Fact(
                "Datagrams heard",
                ("%,d: %,d in the files, %,d of others, %,d filtered, %,d copies, %,d beyond a limit; %,d dropped by the kernel;"
                                + " of %,d nobody can tell whose they are")
                        .formatted(
                                totals.received(),
                                totals.frames(),
                                totals.outOfScope(),
                                totals.filtered(),
                                totals.duplicates(),
                                totals.droppedByLimits(),
                                totals.dropped(),
                                totals.unattributed())));
        for (ReportOrder.Node node : order.nodes().stream().limit(NODES_SHOWN).toList()) {
            facts.add(new Fact("Node " + node.name(), words(node.status())));
        }
        int more = order.nodes().size() - NODES_SHOWN;
        if (more > 0) {
            facts.add(new Fact("Further nodes", "%d; manifest.json has them".formatted(more)));
        }
        return new CaptureFacts(
                order.capture().namespace() + "/" + order.capture().name(), version, facts, gaps);
    }

    private static String words(NodeCaptureStatus status) {
        String pods = status.targets().stream()
                .map(ReportFacts::pod)
                .distinct()
                .limit(5)
                .collect(Collectors.joining(", "));
        Attributing attribution = status.attribution();
        return "%s; %s to %s, ended by %s%s%s"
                .formatted(
                        status.phase(),
                        Objects.requireNonNullElse(status.startTime(), "not begun"),
                        Objects.requireNonNullElse(status.endTime(), "an unknown time"),
                        status.endedBy() == null ? "nobody knows what" : status.endedBy(),
                        pods.isEmpty() ? "" : "; pods " + pods,
                        attribution == null ? "" : "; who sent is told by " + attribution.mode());
    }

    private static String pod(TargetStatus target) {
        return target.since() == null ? target.podName() : "%s from %s on".formatted(target.podName(), target.since());
    }
}
