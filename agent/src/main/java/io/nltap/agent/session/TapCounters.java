// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.api.v1alpha1.Counters;
import io.nltap.netlink.evidence.CaptureLosses;
import io.nltap.netlink.evidence.CaptureLosses.LeftOut;
import java.util.List;
import java.util.Map;

/**
 * What was counted at one tap.
 *
 * @param all of its namespace
 * @param subjects of each subject, by its name: what is of others is out of scope for it. Of a subject that came while the
 *     tap was open only what came after it
 * @param leftOut what is in the capture of no subject because nobody knew whose it was
 */
record TapCounters(Counters all, Map<String, Counters> subjects, List<LeftOut> leftOut) {
    static final TapCounters ZERO = new TapCounters(Counters.ZERO, Map.of(), List.of());

    TapCounters {
        subjects = Map.copyOf(subjects);
        leftOut = List.copyOf(leftOut);
    }

    CaptureLosses losses() {
        return new CaptureLosses(all.dropped(), leftOut);
    }

    Counters of(String subject) {
        return subjects.getOrDefault(subject, Counters.ZERO);
    }
}
