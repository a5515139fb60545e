// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

import java.util.Optional;

/** Who stands behind a frame. */
public sealed interface Author {

    /** The container it runs in; absent for everybody else than a process of a container. */
    default Optional<ContainerName> container() {
        return Optional.empty();
    }

    /**
     * A process; an id that was given to another process later makes another author.
     *
     * @param pid in the first PID namespace
     * @param comm as in /proc/PID/comm; empty when it ended before it could be read
     * @param container where it runs; absent for processes of the node itself, and for those that are not located
     * @param isLocated whether it is known where it runs; one that ended before it could be seen may have been anywhere
     */
    record Process(int pid, String comm, Optional<ContainerName> container, boolean isLocated) implements Author {

        /** One of which it is known where it runs. */
        public Process(int pid, String comm, Optional<ContainerName> container) {
            this(pid, comm, container, true);
        }

        /** @param place where it runs, if that is known */
        public static Process at(int pid, String comm, Optional<NodeProcesses.Place> place) {
            return new Process(pid, comm, place.flatMap(NodeProcesses.Place::container), place.isPresent());
        }
    }

    /** The kernel, of its own accord: timers, carrier changes, what other namespaces caused. */
    record Kernel() implements Author {}

    /** nltap itself: what it asks the kernel in order to work, and the answers. Never belongs into a capture. */
    record Own() implements Author {}

    record Unknown() implements Author {}

    Kernel KERNEL = new Kernel();
    Own OWN = new Own();
    Unknown UNKNOWN = new Unknown();
}
