// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.plan;

import io.nltap.api.v1alpha1.NodeCapture;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What to do for one capture now.
 *
 * @param creations NodeCaptures that should exist and do not
 * @param changes orders that have to be changed
 * @param wakeUp when to plan again even if nothing happens
 */
public record CapturePlan(List<NodeCapture> creations, List<OrderChange> changes, Optional<Instant> wakeUp) {

    public static final CapturePlan NOTHING = new CapturePlan(List.of(), List.of(), Optional.empty());

    public CapturePlan {
        creations = List.copyOf(creations);
        changes = List.copyOf(changes);
    }
}
