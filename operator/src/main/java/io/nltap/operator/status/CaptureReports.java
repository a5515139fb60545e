// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.status;

import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NodeCapture;
import java.util.List;

/** Makes the report of a capture. */
@FunctionalInterface
public interface CaptureReports {

    /**
     * Has it made, if that has not begun yet. Does not wait; to be asked again about once a second until it is made or has
     * failed.
     *
     * @param orders of this very capture, all of them ended
     */
    ReportState of(NetlinkCapture capture, List<NodeCapture> orders);
}
