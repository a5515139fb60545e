// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.plan;

import java.time.Instant;

/** What the cluster says of a node. */
public sealed interface NodePresence {

    record Present() implements NodePresence {}

    /** @param since when its condition Ready ceased to be true */
    record NotReady(Instant since) implements NodePresence {}

    /** @param since when its absence was first noticed */
    record Absent(Instant since) implements NodePresence {}
}
