// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import io.nltap.api.v1alpha1.CaptureRef;
import io.nltap.api.v1alpha1.CaptureStore;
import io.nltap.api.v1alpha1.NetlinkCapture;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.operator.plan.AgentDaemonSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a capture depends on besides itself, and which captures a change of it concerns. */
final class CaptureSources {
    private final IndexerResourceCache<NetlinkCapture> captures;
    private final String namespace;
    private final InformerEventSource<NodeCapture, NetlinkCapture> orders;
    private final InformerEventSource<Pod, NetlinkCapture> pods;
    private final InformerEventSource<CaptureStore, NetlinkCapture> stores;
    private final InformerEventSource<Secret, NetlinkCapture> secrets;
    private final InformerEventSource<DaemonSet, NetlinkCapture> agents;

    /** @param namespace the operator's own */
    CaptureSources(EventSourceContext<NetlinkCapture> context, String namespace) {
        this.captures = context.getPrimaryCache();
        this.namespace = namespace;
        this.orders = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(NodeCapture.class, NetlinkCapture.class)
                        .withName("node-captures")
                        .withNamespaces(namespace)
                        .withSecondaryToPrimaryMapper(
                                order -> Set.of(id(order.getSpec().capture())))
                        .build(),
                context);
        this.pods = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(Pod.class, NetlinkCapture.class)
                        .withName("pods")
                        .withWatchAllNamespaces()
                        .withItemStore(new TransformingItemStore<>(TrimmedObjects::pod))
                        .withOnUpdateFilter(
                                (now, before) -> !TrimmedObjects.pod(now).equals(TrimmedObjects.pod(before)))
                        .withSecondaryToPrimaryMapper(this::concernedBy)
                        .withPrimaryToSecondaryMapper(CaptureSources::noIndex)
                        .build(),
                context);
        this.stores = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(CaptureStore.class, NetlinkCapture.class)
                        .withName("stores")
                        .withSecondaryToPrimaryMapper(store -> unfinished(capture -> capture.getSpec()
                                .output()
                                .store()
                                .equals(store.getMetadata().getName())))
                        .withPrimaryToSecondaryMapper(CaptureSources::noIndex)
                        .build(),
                context);
        this.secrets = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(Secret.class, NetlinkCapture.class)
                        .withName("secrets")
                        .withNamespaces(namespace)
                        .withItemStore(new TransformingItemStore<>(TrimmedObjects::secret))
                        .withSecondaryToPrimaryMapper(secret -> unfinished(capture -> true))
                        .withPrimaryToSecondaryMapper(CaptureSources::noIndex)
                        .build(),
                context);
        this.agents = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(DaemonSet.class, NetlinkCapture.class)
                        .withName("agents")
                        .withNamespaces(namespace)
                        .withLabelSelector(AgentFleet.SELECTOR)
                        .withOnAddFilter(added -> false)
                        .withOnUpdateFilter((now, before) -> false)
                        .withSecondaryToPrimaryMapper(deleted -> unfinished(capture -> true))
                        .withPrimaryToSecondaryMapper(CaptureSources::noIndex)
                        .build(),
                context);
    }

    /** Whether the agents' DaemonSet is there. */
    boolean hasAgents() {
        return agents.get(new ResourceID(AgentDaemonSet.NAME, namespace)).isPresent();
    }

    List<EventSource<?, NetlinkCapture>> all() {
        return List.of(orders, pods, stores, secrets, agents);
    }

    /** What is known of the capture's orders, including those just written. */
    Collection<NodeCapture> ordersOf(NetlinkCapture capture) {
        String uid = capture.getMetadata().getUid();
        return orders.getSecondaryResources(capture).stream()
                .filter(order -> order.getSpec().capture().uid().equals(uid))
                .toList();
    }

    /** Makes a written order visible at once, before the watch brings it. */
    void written(NodeCapture order) {
        orders.handleRecentResourceCreate(ResourceID.fromResource(order), order);
    }

    List<Pod> podsOf(NetlinkCapture capture) {
        return pods.list(capture.getMetadata().getNamespace(), pod -> true).toList();
    }

    List<Pod> agentPods() {
        return pods.list(namespace, CaptureSources::isAgent).toList();
    }

    private Set<ResourceID> concernedBy(Pod pod) {
        String of = pod.getMetadata().getNamespace();
        Stream<ResourceID> byTarget =
                captures.list(of, CaptureSources::isUnfinished).map(ResourceID::fromResource);
        Stream<ResourceID> byAgent = namespace.equals(of) && isAgent(pod) ? havingOrderOn(pod) : Stream.empty();
        return Stream.concat(byTarget, byAgent).collect(Collectors.toSet());
    }

    private Stream<ResourceID> havingOrderOn(Pod agent) {
        String node = agent.getSpec() == null ? null : agent.getSpec().getNodeName();
        return orders.list(order -> order.getSpec().nodeName().equals(node))
                .map(order -> id(order.getSpec().capture()));
    }

    private Set<ResourceID> unfinished(Predicate<NetlinkCapture> predicate) {
        return captures.list(capture -> isUnfinished(capture) && predicate.test(capture))
                .map(ResourceID::fromResource)
                .collect(Collectors.toSet());
    }

    private static boolean isUnfinished(NetlinkCapture capture) {
        return capture.getStatus() == null || !capture.getStatus().phase().isFinal();
    }

    private static boolean isAgent(Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return labels != null && labels.entrySet().containsAll(AgentDaemonSet.LABELS.entrySet());
    }

    private static ResourceID id(CaptureRef capture) {
        return new ResourceID(capture.name(), capture.namespace());
    }

    /** These secondaries are found by namespace or name; which captures they concern changes without them. */
    private static Set<ResourceID> noIndex(HasMetadata primary) {
        return Set.of();
    }
}
