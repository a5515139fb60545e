// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

import java.util.Optional;

/**
 * A container of a pod on this node.
 *
 * @param podUid as in the API; absent where neither the cgroup nor an order tells it
 * @param pod {@code namespace/name}; absent for pods that no order names
 * @param containerId 64 hexadecimal digits; absent for what runs in the pod's own cgroup
 * @param container its name in the pod; absent when no order names it
 */
public record ContainerName(
        Optional<String> podUid, Optional<String> pod, Optional<String> containerId, Optional<String> container) {}
