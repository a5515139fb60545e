// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import io.nltap.agent.session.NodeCaptureRef;
import io.nltap.api.v1alpha1.NodeCaptureStatus;

/** The API server, as far as answers to node captures go. Each call may take as long as a request may. */
interface NodeCaptureStore {

    enum Outcome {
        DONE,
        /** There is no such NodeCapture any more, or another one of the same name. */
        GONE
    }

    /** Replaces the whole status. */
    Outcome writeStatus(NodeCaptureRef ref, NodeCaptureStatus status) throws UnreachableException;

    /** Takes the agent's finalizer away, if it is there. */
    Outcome removeFinalizer(NodeCaptureRef ref) throws UnreachableException;

    /** It did not work, and may work later. */
    final class UnreachableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreachableException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
