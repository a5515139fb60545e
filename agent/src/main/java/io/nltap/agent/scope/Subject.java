// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.scope;

import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.ContainerName;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * Somebody whose traffic is wanted.
 *
 * @param name what its frames are counted under
 */
public record Subject(String name, Processes processes) {

    /** Tells processes that are wanted from others. Asked for each frame: makes no object. */
    @FunctionalInterface
    public interface Processes {
        boolean include(Author.Process process);
    }

    /**
     * Every process of a pod, those of containers that nobody has heard of included.
     *
     * @param containerIds of the containers that are known: the cgroups of some pods do not tell the pod's UID
     */
    public static Subject pod(String uid, Collection<String> containerIds) {
        Set<String> ids = Set.copyOf(containerIds);
        return new Subject(uid, process -> {
            Optional<ContainerName> container = process.container();
            if (container.isEmpty()) {
                return false;
            }
            Optional<String> pod = container.get().podUid();
            return (pod.isPresent() && pod.get().equals(uid)) || hasId(container.get(), ids);
        });
    }

    /** The processes of these containers only. */
    public static Subject containers(String name, Collection<String> containerIds) {
        Set<String> ids = Set.copyOf(containerIds);
        return new Subject(
                name,
                process -> process.container().isPresent()
                        && hasId(process.container().get(), ids));
    }

    /** These processes only, by their ids in the first PID namespace. */
    public static Subject processes(String name, Collection<Integer> pids) {
        int[] sorted = pids.stream().mapToInt(Integer::intValue).sorted().toArray();
        return new Subject(name, process -> Arrays.binarySearch(sorted, process.pid()) >= 0);
    }

    /** All processes that talk in the namespace. */
    public static Subject everybody(String name) {
        return new Subject(name, process -> true);
    }

    private static boolean hasId(ContainerName container, Set<String> ids) {
        return container.containerId().isPresent()
                && ids.contains(container.containerId().get());
    }
}
