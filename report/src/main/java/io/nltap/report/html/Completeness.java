// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import io.nltap.netlink.analysis.Summary;
import java.util.ArrayList;
import java.util.List;

/** What is missing from a capture, as sentences. */
final class Completeness {
    private Completeness() {}

    static boolean hasGaps(Summary summary, CaptureFacts facts) {
        return summary.totals().lost() > 0 || !facts.gaps().isEmpty();
    }

    static List<String> gaps(Summary summary, CaptureFacts facts) {
        List<String> gaps = new ArrayList<>();
        if (summary.totals().lost() > 0) {
            gaps.add("The capture lost %s."
                    .formatted(Quantity.count(summary.totals().lost(), "datagram", "datagrams")));
        }
        gaps.addAll(facts.gaps());
        return gaps;
    }

    /** How many the analysis had no room for. */
    static long leftOut(Summary summary, String what) {
        return summary.omissions().stream()
                .filter(omission -> omission.what().equals(what))
                .mapToLong(omission -> omission.count())
                .sum();
    }
}
