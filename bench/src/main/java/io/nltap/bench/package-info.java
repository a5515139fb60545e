// SPDX-License-Identifier: Apache-2.0
/**
 * What a capture costs, beside other programs that capture on such a device in the same run: processor time per million
 * messages, lost messages, garbage, and what the captured process pays. Measures whole processes, from outside; knows
 * of nltap what its users know, and of the agent only the ring and the segments.
 */
@NullMarked
package io.nltap.bench;

import org.jspecify.annotations.NullMarked;
