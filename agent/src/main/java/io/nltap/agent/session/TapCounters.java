// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.api.v1alpha1.Counters;
import java.util.Map;

/**
 * What was counted at one tap.
 *
 * @param all of its namespace
 * @param subjects of each subject, by its name: what is of others is out of scope for it. Of a subject that came while the
 *     tap was open only what came after it
 */
record TapCounters(Counters all, Map<String, Counters> subjects) {
    static final TapCounters ZERO = new TapCounters(Counters.ZERO, Map.of());

    TapCounters {
        subjects = Map.copyOf(subjects);
    }

    Counters of(String subject) {
        return subjects.getOrDefault(subject, Counters.ZERO);
    }
}
