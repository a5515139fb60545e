// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.nltap.api.v1alpha1.NetlinkCapture;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator keeps of objects that are not its own. Its caches hold every pod of the cluster, so that they
 * should hold little of each; and a change of anything else, such as a kubelet's heartbeat, is no reason to reconcile.
 */
final class TrimmedObjects {
    private static final String READY = "Ready";

    private TrimmedObjects() {}

    static Pod pod(Pod pod) {
        return new PodBuilder()
                .withMetadata(identity(pod.getMetadata()))
                .withSpec(spec(pod.getSpec()))
                .withStatus(status(pod.getStatus()))
                .build();
    }

    static Node node(Node node) {
        List<NodeCondition> ready = node.getStatus() == null
                ? List.of()
                : node.getStatus().getConditions().stream()
                        .filter(condition -> READY.equals(condition.getType()))
                        .map(condition -> new NodeConditionBuilder()
                                .withType(READY)
                                .withStatus(condition.getStatus())
                                .withLastTransitionTime(condition.getLastTransitionTime())
                                .build())
                        .toList();
        return new NodeBuilder()
                .withMetadata(identity(node.getMetadata()))
                .withNewStatus()
                .withConditions(ready)
                .endStatus()
                .build();
    }

    /** For those who only ask whether it exists. */
    static NetlinkCapture capture(NetlinkCapture capture) {
        NetlinkCapture trimmed = new NetlinkCapture();
        trimmed.setMetadata(identity(capture.getMetadata()));
        return trimmed;
    }

    /** Nothing secret: that it is there, and that it changes, is all that matters. */
    static Secret secret(Secret secret) {
        return new SecretBuilder().withMetadata(identity(secret.getMetadata())).build();
    }

    private static ObjectMeta identity(ObjectMeta meta) {
        return new ObjectMetaBuilder()
                .withName(meta.getName())
                .withNamespace(meta.getNamespace())
                .withUid(meta.getUid())
                .withLabels(meta.getLabels())
                .withDeletionTimestamp(meta.getDeletionTimestamp())
                .build();
    }

    private static @Nullable PodSpec spec(@Nullable PodSpec spec) {
        return spec == null
                ? null
                : new PodSpecBuilder()
                        .withNodeName(spec.getNodeName())
                        .withHostNetwork(spec.getHostNetwork())
                        .withContainers(names(spec.getContainers()))
                        .withInitContainers(names(spec.getInitContainers()))
                        .withEphemeralContainers(ephemeralNames(spec.getEphemeralContainers()))
                        .build();
    }

    private static List<Container> names(List<Container> containers) {
        return containers.stream()
                .map(container ->
                        new ContainerBuilder().withName(container.getName()).build())
                .toList();
    }

    private static List<EphemeralContainer> ephemeralNames(List<EphemeralContainer> containers) {
        return containers.stream()
                .map(container -> new EphemeralContainerBuilder()
                        .withName(container.getName())
                        .build())
                .toList();
    }

    private static @Nullable PodStatus status(@Nullable PodStatus status) {
        return status == null
                ? null
                : new PodStatusBuilder()
                        .withPhase(status.getPhase())
                        .withContainerStatuses(states(status.getContainerStatuses()))
                        .withInitContainerStatuses(states(status.getInitContainerStatuses()))
                        .withEphemeralContainerStatuses(states(status.getEphemeralContainerStatuses()))
                        .build();
    }

    private static List<ContainerStatus> states(List<ContainerStatus> statuses) {
        return statuses.stream()
                .map(status -> new ContainerStatusBuilder()
                        .withName(status.getName())
                        .withContainerID(status.getContainerID())
                        .withState(status.getState())
                        .build())
                .toList();
    }
}
