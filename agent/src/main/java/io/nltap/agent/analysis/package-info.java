// SPDX-License-Identifier: Apache-2.0
/**
 * Analyses captures while they are made, from their growing files and from what is seen beside the wire: on one thread for
 * all captures of a node, so that nobody who captures waits for it. Bounded in memory, and what it leaves out it counts.
 * Knows neither who captures nor where its results go.
 */
@NullMarked
package io.nltap.agent.analysis;

import org.jspecify.annotations.NullMarked;
