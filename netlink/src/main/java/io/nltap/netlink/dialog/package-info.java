// SPDX-License-Identifier: Apache-2.0
/**
 * Requests and what belongs to them: which answer is for whom, what the kernel owes, how long it took. Knows messages and
 * packets, and nothing of what was seen beside the wire or of what it means.
 */
@NullMarked
package io.nltap.netlink.dialog;

import org.jspecify.annotations.NullMarked;
