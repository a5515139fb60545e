// SPDX-License-Identifier: Apache-2.0
/**
 * Decides, frame by frame, what of a network namespace belongs into a capture: whose it is, whether the user's filter wants
 * it, and whether it is a copy of the frame before. Knows frames and what others found out about them; neither where they
 * come from nor where they go, and makes no object on the way.
 */
@NullMarked
package io.nltap.agent.scope;

import org.jspecify.annotations.NullMarked;
