// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.frame.CaptureException;
import io.nltap.agent.frame.Reason;
import io.nltap.agent.segment.SegmentFailure;
import io.nltap.api.v1alpha1.EndedBy;
import java.util.Optional;

/**
 * What ended a capture.
 *
 * @param problem what went wrong, when it did not end as asked
 */
public record SessionEnd(EndedBy endedBy, Optional<Problem> problem) {

    /** @param message what failed, on what, why, and what to do */
    public record Problem(Reason reason, String message) {}

    /** An end that was asked for. */
    static SessionEnd asAsked(EndedBy endedBy) {
        return new SessionEnd(endedBy, Optional.empty());
    }

    static SessionEnd error(Reason reason, String message) {
        return new SessionEnd(EndedBy.ERROR, Optional.of(new Problem(reason, message)));
    }

    static SessionEnd of(CaptureException e) {
        EndedBy endedBy = e.reason() == Reason.SPOOL_FULL ? EndedBy.SPOOL_FULL : EndedBy.ERROR;
        return new SessionEnd(endedBy, Optional.of(new Problem(e.reason(), String.valueOf(e.getMessage()))));
    }

    static SessionEnd of(SegmentFailure failure) {
        if (failure.reason() == SegmentFailure.Reason.DISK_ERROR) {
            return error(Reason.DISK_ERROR, failure.message());
        }
        return new SessionEnd(EndedBy.SPOOL_FULL, Optional.of(new Problem(Reason.SPOOL_FULL, failure.message())));
    }

    static SessionEnd agentStopped() {
        return new SessionEnd(
                EndedBy.AGENT_STOPPED,
                Optional.of(new Problem(
                        Reason.AGENT_STOPPED,
                        "The agent of this node was told to end before the capture had ended. What had been captured"
                                + " until then is kept; create a new capture for the rest.")));
    }
}
