// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

import java.util.Optional;

/** Who stands behind a frame. */
public sealed interface Author {

    /**
     * A process; an id that was given to another process later makes another author.
     *
     * @param pid in the first PID namespace
     * @param comm as in /proc/PID/comm; empty when it ended before it could be read
     * @param container where it runs; absent for processes of the node itself, or when it ended before it could be seen
     */
    record Process(int pid, String comm, Optional<ContainerName> container) implements Author {}

    /** The kernel, of its own accord: timers, carrier changes, what other namespaces caused. */
    record Kernel() implements Author {}

    record Unknown() implements Author {}

    Kernel KERNEL = new Kernel();
    Unknown UNKNOWN = new Unknown();
}
