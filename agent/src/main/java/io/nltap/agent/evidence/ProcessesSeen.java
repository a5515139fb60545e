// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import io.nltap.agent.frame.ProcessIdentity;
import io.nltap.netlink.evidence.SocketHolder;
import io.nltap.netlink.evidence.TaskState;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the last look at the node's processes found.
 *
 * @param owners of all watched sockets
 * @param threads of whoever holds one, and of whoever is in network code
 * @param omitted threads for which there was no room
 * @param stuck whether a thread has been asleep in network code at two looks, so that only the kernel can wake it
 * @param processes all of the node, by their ids
 */
record ProcessesSeen(
        List<SocketHolder> owners,
        List<TaskState> threads,
        int omitted,
        boolean stuck,
        Map<Integer, ProcessIdentity> processes) {

    static final ProcessesSeen NOTHING = new ProcessesSeen(List.of(), List.of(), 0, false, Map.of());

    /** There was no time to look again: what threads did before does not count as seen. */
    ProcessesSeen withoutThreads() {
        return new ProcessesSeen(owners, List.of(), omitted + threads.size(), stuck, processes);
    }

    /** Owners of these sockets, by inode. */
    List<SocketHolder> of(Set<Long> sockets) {
        return owners.stream().filter(owner -> sockets.contains(owner.inode())).toList();
    }
}
