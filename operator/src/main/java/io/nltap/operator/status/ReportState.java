// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.status;

import io.nltap.api.v1alpha1.Artifact;
import java.util.List;

/** How far the report of a capture is, of which every node has ended. */
public sealed interface ReportState {

    /** It is being made, or will be. */
    record Pending() implements ReportState {}

    /** @param files in the store */
    record Made(List<Artifact> files) implements ReportState {
        public Made {
            files = List.copyOf(files);
        }
    }

    /** @param why what failed, and what is to be done */
    record Failed(String why) implements ReportState {}
}
