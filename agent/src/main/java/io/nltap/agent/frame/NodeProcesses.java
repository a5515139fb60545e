// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

import java.util.Collection;
import java.util.Optional;

/** Who runs on this node. Every method may be called by any thread, and may take as long as reading /proc takes. */
public interface NodeProcesses {

    /**
     * Where a cgroup belongs.
     *
     * @param container absent when it is none of a container's
     */
    record Place(Optional<ContainerName> container) {}

    /** Reads /proc now. Empty when there is no such process. */
    Optional<ProcessIdentity> find(int pid);

    /** All processes; what it says of older ones may be a little old, depending on what it costs to look. */
    Collection<ProcessIdentity> all();

    /** Looks at all processes again, if it is time for that; to be called about once a second. */
    void refresh();

    /**
     * @param cgroupId inode of a directory of the cgroup v2 hierarchy
     * @return empty when that cannot tell: there is no such directory any more and it was never seen, or containers are in
     *     the hierarchies of version 1
     */
    Optional<Place> place(long cgroupId);

    /** What {@link #place} would say without looking; empty also when it would have to look. Does not wait for anything. */
    Optional<Place> knownPlace(long cgroupId);

    /** Another number whenever the names of containers have changed; cheap. */
    int namesVersion();
}
