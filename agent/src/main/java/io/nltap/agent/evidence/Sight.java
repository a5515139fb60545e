// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import io.nltap.netlink.evidence.SocketHolder;
import io.nltap.netlink.evidence.SocketRow;
import io.nltap.netlink.evidence.TaskState;
import java.util.List;

/**
 * What was seen of one namespace.
 *
 * @param rows its netlink sockets, those of the kernel among them
 * @param holders of these sockets, as far as they are known
 * @param tasks threads of the whole node: of whoever holds a socket, and of whoever is in network code
 */
record Sight(List<SocketRow> rows, List<SocketHolder> holders, List<TaskState> tasks) {}
