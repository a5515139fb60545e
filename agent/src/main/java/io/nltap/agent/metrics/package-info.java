// SPDX-License-Identifier: Apache-2.0
/**
 * What the agent counts about itself, for the person on call. Any room may count here; this one knows none of them.
 */
@NullMarked
package io.nltap.agent.metrics;

import org.jspecify.annotations.NullMarked;
