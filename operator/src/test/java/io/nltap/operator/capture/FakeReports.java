// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import io.nltap.api.v1alpha1.Artifact;
import io.nltap.operator.status.CaptureReports;
import io.nltap.operator.status.ReportState;
import java.util.List;

/** Reports that are there at once: where there is no store to make them from. */
final class FakeReports {
    static final CaptureReports MADE = (capture, orders) -> new ReportState.Made(List.of(new Artifact(
            "%s/%s/%s/report.html"
                    .formatted(
                            capture.getMetadata().getNamespace(),
                            capture.getMetadata().getName(),
                            capture.getMetadata().getUid()),
            7,
            "0".repeat(64))));

    private FakeReports() {}
}
