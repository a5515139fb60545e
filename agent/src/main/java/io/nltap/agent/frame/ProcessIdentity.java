// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

import java.util.Optional;

/**
 * One process as /proc showed it while it lived. Process ids are used again, but not with the same start.
 *
 * @param pid in the first PID namespace, as all ids here but {@code innerPid}
 * @param innerPid its id in the PID namespace it runs in, by which the kernel names its first netlink socket
 * @param parent id of the process that started it, or that took it over
 * @param startTicks field 22 of proc(5)'s stat: hundredths of a second since the machine started
 * @param container absent for processes of the node itself
 * @param netns inode of its network namespace; 0 when it could not be read, as with processes about to end
 * @param pidNamespace inode of its PID namespace, likewise
 * @param ofKernel a thread of the kernel
 */
public record ProcessIdentity(
        int pid,
        int innerPid,
        int parent,
        long startTicks,
        String comm,
        Optional<ContainerName> container,
        long netns,
        long pidNamespace,
        boolean ofKernel) {

    public boolean isSame(ProcessIdentity other) {
        return pid == other.pid && startTicks == other.startTicks;
    }
}
