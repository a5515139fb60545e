// SPDX-License-Identifier: Apache-2.0
/**
 * Which pods a capture means: pods in, targets per node and refusals out. Pure; knows neither clock nor cluster.
 */
@NullMarked
package io.nltap.operator.target;

import org.jspecify.annotations.NullMarked;
