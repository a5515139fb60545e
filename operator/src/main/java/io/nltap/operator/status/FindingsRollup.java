// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.status;

import io.nltap.api.v1alpha1.CaptureFinding;
import io.nltap.api.v1alpha1.NetlinkCaptureStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The findings of all nodes: what has not ended first, the oldest of it; then what lasted longest. */
final class FindingsRollup {
    private static final Comparator<CaptureFinding> ORDER = Comparator.comparing(
                    (CaptureFinding finding) -> finding.until() != null)
            .thenComparing(Comparator.comparing(FindingsRollup::lasted).reversed())
            .thenComparing(CaptureFinding::since)
            .thenComparing(CaptureFinding::who)
            .thenComparing(CaptureFinding::what);

    private FindingsRollup() {}

    static List<CaptureFinding> of(RollupInput input) {
        return input.orders().stream()
                .flatMap(order -> RollupInput.answer(order).findings().stream()
                        .map(finding -> finding.on(order.getSpec().nodeName())))
                .sorted(ORDER)
                .limit(NetlinkCaptureStatus.MAX_FINDINGS)
                .toList();
    }

    /** Zero while it lasts. */
    private static Duration lasted(CaptureFinding finding) {
        Optional<Instant> since = Timestamps.parse(finding.since());
        Optional<Instant> until = Timestamps.parse(finding.until());
        return since.isPresent() && until.isPresent() ? Duration.between(since.get(), until.get()) : Duration.ZERO;
    }
}
