// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * One step in the history of the store.
 *
 * @param version the resource version that it made
 * @param before null when the object was created
 * @param after null when the object was removed
 */
record Change(
        long version,
        ObjectKey key,
        @Nullable ObjectNode before,
        @Nullable ObjectNode after) {}
