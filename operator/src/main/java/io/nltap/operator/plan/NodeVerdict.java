// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.plan;

import java.time.Instant;
import java.util.Optional;

/** Whether to go on waiting for a node. */
public sealed interface NodeVerdict {

    /** @param until when to judge again even if nothing happens */
    record Wait(Optional<Instant> until) implements NodeVerdict {}

    /**
     * Its agent's promise is no longer waited for.
     *
     * @param message what the node failed to do within which time, and what that means
     */
    record GiveUp(String message) implements NodeVerdict {}
}
