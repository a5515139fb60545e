// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.status;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The agent of a node, as its pod shows it.
 *
 * @param state why it does not run, such as {@code ImagePullBackOff: …}; or that it runs
 */
public record AgentPod(String name, String state) {

    /** @param pods pods of the agent DaemonSet */
    public static Map<String, AgentPod> byNode(Collection<Pod> pods) {
        Map<String, AgentPod> byNode = new TreeMap<>();
        for (Pod pod : pods) {
            String node = pod.getSpec() == null ? null : pod.getSpec().getNodeName();
            if (node != null && pod.getMetadata().getDeletionTimestamp() == null) {
                byNode.put(node, new AgentPod(pod.getMetadata().getName(), state(pod.getStatus())));
            }
        }
        return byNode;
    }

    String words() {
        return "agent pod %s: %s".formatted(name, state);
    }

    private static String state(PodStatus status) {
        List<ContainerStatus> containers =
                status == null || status.getContainerStatuses() == null ? List.of() : status.getContainerStatuses();
        return containers.stream()
                .flatMap(container -> trouble(container.getState()).stream())
                .findFirst()
                .orElseGet(() -> status == null || status.getPhase() == null ? "Pending" : status.getPhase());
    }

    private static Optional<String> trouble(ContainerState state) {
        if (state == null) {
            return Optional.empty();
        }
        if (state.getWaiting() != null) {
            return Optional.of(
                    words(state.getWaiting().getReason(), state.getWaiting().getMessage()));
        }
        if (state.getTerminated() != null) {
            return Optional.of(words(
                    state.getTerminated().getReason(), state.getTerminated().getMessage()));
        }
        return Optional.empty();
    }

    private static String words(String reason, String message) {
        String why = reason == null ? "not running" : reason;
        return message == null || message.isEmpty() ? why : why + ": " + message;
    }
}
