// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.process;

/** Where a pod is on this node. */
public sealed interface PodLocation {

    /**
     * @param pid a process of the pod that is in its network namespace; may have ended by now
     * @param netns inode of that namespace
     */
    record Found(int pid, long netns) implements PodLocation {}

    /** No process of the pod runs on this node, or all that did are about to end. */
    record Absent() implements PodLocation {}

    /**
     * All its processes are in the node's own network namespace, whose traffic is not the pod's alone.
     *
     * @param pid one of them; may have ended by now
     * @param netns inode of that namespace
     */
    record OnHostNetwork(int pid, long netns) implements PodLocation {}

    /** @param file what the kernel did not let us read; it takes CAP_SYS_PTRACE */
    record Unreadable(String file) implements PodLocation {}
}
