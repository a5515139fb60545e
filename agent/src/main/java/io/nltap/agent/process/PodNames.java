// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.process;

import io.nltap.agent.frame.ContainerName;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Names for what cgroups only number: the orders of the sessions tell which pod a UID is, and which container an id.
 * Shared by all sessions.
 */
public final class PodNames {

    /** Without a bound the names of a node's containers would be kept for as long as the agent runs. */
    private static final int REMEMBERED = 10_000;

    private record Key(Optional<String> podUid, Optional<String> containerId) {}

    private record Pod(String uid, String name) {}

    private final Map<String, String> podNames = new HashMap<>();
    private final Map<String, Pod> podOfContainer = new HashMap<>();
    private final Map<String, String> containerNames = new HashMap<>();
    private final Map<Key, ContainerName> made = new HashMap<>();
    private volatile int version;

    /**
     * Learns a pod, or what is new of one.
     *
     * @param uid as in the API
     * @param name {@code namespace/name}
     * @param containers names by id, without the scheme of the runtime
     */
    public synchronized void learn(String uid, String name, Map<String, String> containers) {
        boolean news = !Objects.equals(podNames.put(uid, name), name);
        for (Map.Entry<String, String> container : containers.entrySet()) {
            news |= !Objects.equals(containerNames.put(container.getKey(), container.getValue()), container.getValue());
            podOfContainer.put(container.getKey(), new Pod(uid, name));
        }
        if (news) {
            made.clear();
            version++;
        }
    }

    /** Forgets a pod that no order names any more. */
    public synchronized void forget(String uid) {
        if (podNames.remove(uid) != null) {
            podOfContainer
                    .entrySet()
                    .removeIf(entry ->
                            entry.getValue().uid().equals(uid) && containerNames.remove(entry.getKey()) != null);
            made.clear();
            version++;
        }
    }

    /** Changes with every change of a name. */
    public int version() {
        return version;
    }

    /** The same object for the same container, as long as no name changes. */
    synchronized ContainerName of(CgroupMembership membership) {
        if (made.size() > REMEMBERED) {
            made.clear();
        }
        return made.computeIfAbsent(new Key(membership.podUid(), membership.containerId()), this::make);
    }

    private ContainerName make(Key key) {
        Optional<String> id = key.containerId();
        // The cgroup of a static pod has a hash for a name, not the UID of the API: there the container tells the pod.
        Optional<Pod> pod = id.flatMap(it -> Optional.ofNullable(podOfContainer.get(it)))
                .or(() -> key.podUid()
                        .flatMap(uid -> Optional.ofNullable(podNames.get(uid)).map(name -> new Pod(uid, name))));
        return new ContainerName(
                pod.map(Pod::uid).or(key::podUid),
                pod.map(Pod::name),
                id,
                id.flatMap(it -> Optional.ofNullable(containerNames.get(it))));
    }
}
