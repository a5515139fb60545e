// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.target;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.nltap.api.v1alpha1.NetlinkCaptureSpec;
import io.nltap.api.v1alpha1.NodeContainer;
import io.nltap.api.v1alpha1.NodeTarget;
import io.nltap.api.v1alpha1.RedactionMode;
import io.nltap.api.v1alpha1.TargetScope;
import io.nltap.api.v1alpha1.Targets;
import io.nltap.netlink.message.MessageType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells for each pod of a namespace whether a capture means it, and if so on which node and with which containers. */
public final class TargetResolver {

    private TargetResolver() {}

    /**
     * Also says when the filter is none, or the redaction is not allowed: what the API server cannot know of it.
     *
     * @param pods the pods of the capture's namespace, in any order
     * @param allowUnredacted whether a capture may leave key material in its files
     */
    public static ResolvedTargets resolve(NetlinkCaptureSpec spec, Collection<Pod> pods, boolean allowUnredacted) {
        if (spec.redaction() == RedactionMode.NONE && !allowUnredacted) {
            return ResolvedTargets.invalid(
                    "RedactionRequired",
                    "redaction: None is not allowed on this cluster, because keys would be in the files; leave it out,"
                            + " or have an administrator set allowUnredacted in the values of nltap's chart");
        }
        for (String name : spec.filter().messageTypes()) {
            if (MessageType.named(name).isEmpty()) {
                return ResolvedTargets.invalid(
                        "InvalidFilter",
                        "filter.messageTypes: no netlink message that this version knows is called '%s'; want a name of the"
                                        .formatted(name)
                                + " kernel's headers, such as RTM_NEWROUTE");
            }
        }
        return resolve(spec.targets(), pods);
    }

    /** @param pods the pods of the capture's namespace, in any order */
    public static ResolvedTargets resolve(Targets targets, Collection<Pod> pods) {
        LabelSelector selector = targets.podSelector();
        Optional<String> problem = selector == null ? Optional.empty() : LabelRequirements.problem(selector);
        if (problem.isPresent()) {
            return ResolvedTargets.invalid("InvalidSelector", problem.get());
        }
        SortedMap<String, List<NodeTarget>> byNode = new TreeMap<>();
        List<String> waiting = new ArrayList<>();
        pods.stream()
                .filter(pod -> isMeant(targets, pod))
                .filter(pod -> !isOver(pod))
                .sorted(Comparator.comparing(TargetResolver::name))
                .forEach(pod -> {
                    Optional<String> node = runsOn(pod);
                    if (node.isEmpty()) {
                        waiting.add(name(pod));
                    } else {
                        byNode.computeIfAbsent(node.get(), name -> new ArrayList<>())
                                .add(target(targets, pod));
                    }
                });
        return new ResolvedTargets(byNode, waiting, Optional.empty());
    }

    private static boolean isMeant(Targets targets, Pod pod) {
        LabelSelector selector = targets.podSelector();
        boolean selected = selector != null && LabelRequirements.match(selector, labels(pod));
        boolean named = targets.podNames().contains(name(pod));
        return (selected || named) && hasOneOf(targets.containers(), pod);
    }

    private static boolean hasOneOf(List<String> wanted, Pod pod) {
        return wanted.isEmpty() || containerNames(pod).anyMatch(wanted::contains);
    }

    /** Such a pod never runs again, whatever its restart policy. */
    private static boolean isOver(Pod pod) {
        String phase = phase(pod);
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private static boolean usesHostNetwork(Pod pod) {
        return pod.getSpec() != null && Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
    }

    /**
     * The node of a pod whose network namespace exists. A running pod counts even when no container runs at the
     * moment: between two restarts its network namespace stays, and so does its tap.
     */
    private static Optional<String> runsOn(Pod pod) {
        String node = pod.getSpec() == null ? null : pod.getSpec().getNodeName();
        boolean alive = phase(pod).equals("Running") || statuses(pod).anyMatch(TargetResolver::isRunning);
        return Optional.ofNullable(node).filter(name -> !name.isEmpty() && alive);
    }

    private static NodeTarget target(Targets targets, Pod pod) {
        List<String> wanted = targets.containers();
        List<NodeContainer> containers = statuses(pod)
                .filter(TargetResolver::isRunning)
                .filter(status -> wanted.isEmpty() || wanted.contains(status.getName()))
                .map(status -> new NodeContainer(status.getName(), withoutScheme(status.getContainerID())))
                .sorted(Comparator.comparing(NodeContainer::name))
                .toList();
        return new NodeTarget(
                name(pod),
                pod.getMetadata().getUid(),
                containers,
                wanted.isEmpty() ? TargetScope.POD : TargetScope.CONTAINERS,
                usesHostNetwork(pod));
    }

    private static boolean isRunning(ContainerStatus status) {
        String id = status.getContainerID();
        return status.getState() != null
                && status.getState().getRunning() != null
                && id != null
                && !withoutScheme(id).isEmpty();
    }

    /** {@code containerd://4f5e…} → {@code 4f5e…}. */
    private static String withoutScheme(String containerId) {
        int scheme = containerId.indexOf("://");
        return scheme < 0 ? containerId : containerId.substring(scheme + 3);
    }

    private static Stream<ContainerStatus> statuses(Pod pod) {
        PodStatus status = pod.getStatus();
        return status == null
                ? Stream.empty()
                : Stream.of(
                                status.getInitContainerStatuses(),
                                status.getContainerStatuses(),
                                status.getEphemeralContainerStatuses())
                        .flatMap(TargetResolver::stream);
    }

    private static Stream<String> containerNames(Pod pod) {
        if (pod.getSpec() == null) {
            return Stream.empty();
        }
        return Stream.concat(
                Stream.concat(
                        stream(pod.getSpec().getInitContainers()).map(container -> container.getName()),
                        stream(pod.getSpec().getContainers()).map(container -> container.getName())),
                stream(pod.getSpec().getEphemeralContainers()).map(container -> container.getName()));
    }

    private static <T> Stream<T> stream(@Nullable List<T> list) {
        return list == null ? Stream.empty() : list.stream();
    }

    private static String phase(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return phase == null ? "" : phase;
    }

    private static Map<String, String> labels(Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }

    private static String name(Pod pod) {
        return pod.getMetadata().getName();
    }
}
