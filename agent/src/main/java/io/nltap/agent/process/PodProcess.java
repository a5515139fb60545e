// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.process;

import java.util.Optional;

/** A process in a container, by its id in the PID namespace that {@code /proc} was mounted in. */
record PodProcess(int pid, CgroupMembership membership) {

    Optional<String> containerId() {
        return membership.containerId();
    }

    boolean nested() {
        return membership.nested();
    }
}
