// SPDX-License-Identifier: Apache-2.0
/**
 * Looks, while a capture runs, at what the wire does not show: the kernel's table of netlink sockets in each tapped
 * namespace, who holds these sockets, and what the threads of whoever may wait, or be waited for, are doing. Reads
 * {@code /proc} and nothing else, and of that nothing that waits for the kernel's rtnl lock or for a process' memory. It
 * takes a fiftieth of one CPU at most, and all that it keeps is bounded. Knows neither what the findings mean nor where they
 * are written.
 */
@NullMarked
package io.nltap.agent.evidence;

import org.jspecify.annotations.NullMarked;
