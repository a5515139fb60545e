// SPDX-License-Identifier: Apache-2.0
/**
 * What should exist for a capture: NodeCaptures, and nodes with an agent. Pure; knows neither clock nor cluster.
 */
@NullMarked
package io.nltap.operator.plan;

import org.jspecify.annotations.NullMarked;
