// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.process;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The pod and the container that a process belongs to, as {@code /proc/<pid>/cgroup} tells it (cgroups(7)).
 *
 * <p>A line is {@code hierarchy:controllers:path}. Of the path only the names of its directories are used, never where
 * it starts: it is relative to the reader's own cgroup namespace and then begins with {@code /../..}. The names are made
 * by the kubelet and by the runtimes:
 *
 * <pre>
 * cgroupfs          /kubepods/burstable/pod1f2e…-…/8a3b…
 * systemd           /kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1f2e…_….slice/cri-containerd-8a3b….scope
 * containerd, mixed /system.slice/containerd.service/kubepods-burstable-pod1f2e…_….slice:cri-containerd:8a3b…
 * CRI-O             …/crio-8a3b….scope, and …/crio-conmon-8a3b….scope for its monitor
 * Docker            …/docker-8a3b….scope, /docker/8a3b…
 * </pre>
 *
 * @param podUid in the spelling of the API, with dashes; absent where the path does not show it. The kubelet names the
 *     cgroup of a static pod by a hash that is not the UID of the pod in the API: such a pod is found by its containers.
 * @param containerId absent for what the runtime runs in the pod's cgroup itself
 * @param nested whether the process is in a cgroup below the container's, as the containers of a Docker in Docker are
 */
record CgroupMembership(Optional<String> podUid, Optional<String> containerId, boolean nested) {

    private static final Pattern NAMES = Pattern.compile("[/:]");
    private static final Pattern POD = Pattern.compile("(?:.*-)?pod([0-9a-fA-F][0-9a-fA-F_-]{7,63})(?:\\.slice)?");
    private static final Pattern CONTAINER = Pattern.compile("(?:([a-z]+(?:-[a-z]+)*)-)?([0-9a-f]{64})(?:\\.scope)?");

    /** CRI-O's monitor of a container lives in the pod's cgroup, but in the host's namespaces: it is not the pod's. */
    private static final String MONITOR = "crio-conmon";

    /**
     * @param cgroupFile content of {@code /proc/<pid>/cgroup}
     * @return empty for a process that is in no container
     */
    static Optional<CgroupMembership> parse(String cgroupFile) {
        int start = 0;
        while (start < cgroupFile.length()) {
            int end = cgroupFile.indexOf('\n', start);
            if (end < 0) {
                end = cgroupFile.length();
            }
            // With version 1 there is a line for each hierarchy, all of the same names; some may be just "/".
            Optional<CgroupMembership> found = ofPath(path(cgroupFile.substring(start, end)));
            if (found.isPresent()) {
                return found;
            }
            start = end + 1;
        }
        return Optional.empty();
    }

    private static String path(String line) {
        int controllers = line.indexOf(':');
        int path = line.indexOf(':', controllers + 1);
        return controllers < 0 || path < 0 ? "" : line.substring(path + 1);
    }

    private static Optional<CgroupMembership> ofPath(String path) {
        if (path.length() < 2) {
            return Optional.empty();
        }
        String pod = null;
        String container = null;
        boolean nested = false;
        for (String name : NAMES.split(path)) {
            if (container != null) {
                nested = true;
                continue;
            }
            Matcher inContainer = CONTAINER.matcher(name);
            if (inContainer.matches()) {
                if (MONITOR.equals(inContainer.group(1))) {
                    return Optional.empty();
                }
                container = inContainer.group(2);
            } else if (pod == null) {
                pod = podUid(name);
            }
        }
        return pod == null && container == null
                ? Optional.empty()
                : Optional.of(new CgroupMembership(Optional.ofNullable(pod), Optional.ofNullable(container), nested));
    }

    private static @Nullable String podUid(String name) {
        Matcher matcher = POD.matcher(name);
        // systemd reads a dash in the name of a slice as a parent, so the kubelet writes underscores there.
        return matcher.matches() ? matcher.group(1).replace('_', '-') : null;
    }
}
