// SPDX-License-Identifier: Apache-2.0
/**
 * What was seen beside the wire while a capture ran: socket rows, threads, who holds which socket. Plain values, as the
 * agent reads them from {@code /proc}; what they mean is said elsewhere. Knows nothing of files or of how they are read.
 */
@NullMarked
package io.nltap.netlink.evidence;

import org.jspecify.annotations.NullMarked;
