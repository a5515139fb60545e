// SPDX-License-Identifier: Apache-2.0
/**
 * Reads frames from a tap through a packet ring: memory shared with the kernel, no call and no copy per frame. It knows
 * one interface of the namespace it is opened in; it does not know who made that, nor who wants the frames.
 */
@NullMarked
package io.nltap.agent.ring;

import org.jspecify.annotations.NullMarked;
