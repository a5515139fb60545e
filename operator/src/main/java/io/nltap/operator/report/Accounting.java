// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.report;

import io.nltap.api.v1alpha1.Counters;
import io.nltap.api.v1alpha1.NodeCaptureStatus;
import io.nltap.api.v1alpha1.NodePhase;
import io.nltap.api.v1alpha1.Segment;
import java.util.ArrayList;
import java.util.List;

/** Whether everything that a node has heard is where its counts say: what is missing, a sentence each. */
final class Accounting {
    private Accounting() {}

    /** Empty when nothing is missing. */
    static List<String> missing(ReportOrder.Node node) {
        NodeCaptureStatus status = node.status();
        List<String> missing = new ArrayList<>();
        if (status.phase() != NodePhase.DONE) {
            missing.add("Node %s: %s."
                    .formatted(
                            node.name(),
                            status.message() == null ? "it did not end as asked" : plain(status.message())));
        }
        Counters counters = status.counters();
        if (counters.accounted() != counters.received()) {
            missing.add("Node %s: %,d datagrams were read, and of %,d it is known what became of them."
                    .formatted(node.name(), counters.received(), counters.accounted()));
        }
        if (counters.dropped() > 0) {
            missing.add("Node %s: the kernel dropped %,d datagrams, because the packet ring was full."
                    .formatted(node.name(), counters.dropped()));
        }
        if (counters.droppedByLimits() > 0) {
            missing.add("Node %s: %,d datagrams were not written, because of a limit."
                    .formatted(node.name(), counters.droppedByLimits()));
        }
        segments(node.name(), status, missing);
        return missing;
    }

    private static void segments(String node, NodeCaptureStatus status, List<String> missing) {
        long frames = 0;
        int stored = 0;
        for (Segment segment : status.segments()) {
            if (segment.stored()) {
                stored++;
                frames += segment.frames();
            } else {
                missing.add("Node %s: segment %d is not in the store.".formatted(node, segment.number()));
            }
        }
        if (stored == status.segments().size() && frames != status.counters().frames()) {
            missing.add("Node %s: %,d datagrams were written, and its segments hold %,d."
                    .formatted(node, status.counters().frames(), frames));
        }
    }

    private static String plain(String message) {
        return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }
}
