// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.api.v1alpha1.NodeCaptureStatus;

/** Hears what a session has to say, on the session's thread; must not wait. */
public interface SessionListener {

    /** Something has changed; said at most about once a second, but at once for another phase. */
    void changed(NodeCaptureRef ref, NodeCaptureStatus status);

    /** The session has ended, everything is settled, and the node is as it was. */
    void settled(NodeCaptureRef ref, NodeCaptureStatus status);

    /** The session has ended because the agent ends; what is not in the store waits in the spool for the next agent. */
    void left(NodeCaptureRef ref, NodeCaptureStatus status);
}
