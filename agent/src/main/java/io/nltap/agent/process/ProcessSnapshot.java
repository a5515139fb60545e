// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.process;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The processes of all containers of the node at one moment; those that came or went while it was made may be missing. */
public final class ProcessSnapshot {
    private final Map<String, List<PodProcess>> byPod = new HashMap<>();
    private final Map<String, List<PodProcess>> byContainer = new HashMap<>();

    private final long number;

    /** @param number of the scan that made it; the next has a greater one */
    ProcessSnapshot(long number, Collection<PodProcess> processes) {
        this.number = number;
        for (PodProcess process : processes) {
            process.membership()
                    .podUid()
                    .ifPresent(uid ->
                            byPod.computeIfAbsent(uid, k -> new ArrayList<>()).add(process));
            process.containerId()
                    .ifPresent(id -> byContainer
                            .computeIfAbsent(id, k -> new ArrayList<>())
                            .add(process));
        }
    }

    /** Of two snapshots with the same number there was only one look. */
    public long number() {
        return number;
    }

    /** Processes of the pod's cgroup and of these containers, each once, in order of their ids. */
    List<PodProcess> of(String podUid, Set<String> containerIds) {
        Set<PodProcess> found = new LinkedHashSet<>(byPod.getOrDefault(podUid, List.of()));
        containerIds.forEach(id -> found.addAll(byContainer.getOrDefault(id, List.of())));
        List<PodProcess> ordered = new ArrayList<>(found);
        ordered.sort((a, b) -> Integer.compare(a.pid(), b.pid()));
        return ordered;
    }
}
