// SPDX-License-Identifier: Apache-2.0
/**
 * Makes and removes what a capture needs on a node before a frame can be read: the nlmon module, and one nlmon device for
 * each network namespace. Everything here leaves the node as it found it. It knows nothing of pods, rings or files.
 */
@NullMarked
package io.nltap.agent.tap;

import org.jspecify.annotations.NullMarked;
