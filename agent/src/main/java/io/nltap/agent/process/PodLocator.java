// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.process;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Picks the network namespace of a pod. Its containers share one, that of its sandbox, but a privileged container may
 * have made others or entered the node's: so a process that the runtime itself started in one of the named containers
 * counts more than one of a nested container, an older one more than a younger, and the namespace that was the pod's
 * before stays it while any of its processes is in there.
 */
public final class PodLocator {
    /** A pod has few processes as a rule; of one that has very many the oldest are looked at. */
    private static final int LOOKED_AT = 64;

    private final IntFunction<NetnsReading> netnsOf;
    private final OptionalLong hostNetns;

    public PodLocator(ProcessTable table) {
        this(table::netns, table.hostNetns());
    }

    PodLocator(IntFunction<NetnsReading> netnsOf, OptionalLong hostNetns) {
        this.netnsOf = netnsOf;
        this.hostNetns = hostNetns;
    }

    /**
     * @param podUid as in the API
     * @param containerIds of the containers to prefer, without the scheme of the runtime
     * @param hostNetwork whether the pod has asked for the network namespace of its node: then it is nowhere else
     * @param known inode of the namespace that was found before
     */
    public PodLocation locate(
            ProcessSnapshot processes,
            String podUid,
            Set<String> containerIds,
            boolean hostNetwork,
            OptionalLong known) {
        if (hostNetns.isEmpty()) {
            return new PodLocation.Unreadable(
                    "ns/net of process 1"); // the node's own namespace could not be told apart
        }
        List<PodProcess> candidates = processes.of(podUid, containerIds).stream()
                .sorted(Comparator.comparing((PodProcess p) -> rank(p, containerIds))
                        .thenComparing(PodProcess::pid))
                .limit(LOOKED_AT)
                .toList();
        Map<Long, Integer> firstOf = new HashMap<>();
        PodLocation best = new PodLocation.Absent();
        for (PodProcess candidate : candidates) {
            NetnsReading reading = netnsOf.apply(candidate.pid());
            if (reading instanceof NetnsReading.Forbidden forbidden) {
                best = best instanceof PodLocation.Absent ? new PodLocation.Unreadable(forbidden.file()) : best;
            } else if (reading instanceof NetnsReading.Inode inode) {
                firstOf.putIfAbsent(inode.number(), candidate.pid());
                best = better(best, candidate.pid(), inode.number());
            }
        }
        if (hostNetwork) {
            Integer pid = firstOf.get(hostNetns.getAsLong());
            PodLocation nowhere = best instanceof PodLocation.Unreadable ? best : new PodLocation.Absent();
            return pid == null ? nowhere : new PodLocation.OnHostNetwork(pid, hostNetns.getAsLong());
        }
        if (known.isPresent()) {
            Integer pid = firstOf.get(known.getAsLong());
            return pid == null ? best : new PodLocation.Found(pid, known.getAsLong());
        }
        return best;
    }

    private PodLocation better(PodLocation best, int pid, long netns) {
        if (best instanceof PodLocation.Found) {
            return best;
        }
        if (netns == hostNetns.getAsLong()) {
            return best instanceof PodLocation.OnHostNetwork ? best : new PodLocation.OnHostNetwork(pid, netns);
        }
        return new PodLocation.Found(pid, netns);
    }

    private static int rank(PodProcess process, Set<String> containerIds) {
        if (process.nested()) {
            return 2;
        }
        return process.containerId().filter(containerIds::contains).isPresent() ? 0 : 1;
    }
}
