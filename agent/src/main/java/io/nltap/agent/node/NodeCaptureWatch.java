// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.node;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.nltap.agent.metrics.AgentCounter;
import io.nltap.agent.metrics.AgentCounters;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the NodeCaptures of one node. While the API server is away it keeps what it knew, and connects again. */
final class NodeCaptureWatch implements NodeAgent.Captures, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeCaptureWatch.class);

    private final SharedIndexInformer<GenericKubernetesResource> informer;
    private final AgentCounters counters;

    private NodeCaptureWatch(SharedIndexInformer<GenericKubernetesResource> informer, AgentCounters counters) {
        this.informer = informer;
        this.counters = counters;
    }

    /** Does not wait for the API server; {@link #start} begins to watch. */
    static NodeCaptureWatch open(
            KubernetesNodeCaptures nodeCaptures, String namespace, String node, AgentCounters counters) {
        return new NodeCaptureWatch(nodeCaptures.ofNode(namespace, node).runnableInformer(0), counters);
    }

    /** @param changed is run whenever a NodeCapture has come, changed or gone; must not wait */
    void start(Runnable changed) {
        informer.exceptionHandler((started, error) -> {
            counters.increment(AgentCounter.WATCH_BROKEN);
            LOG.atWarn()
                    .addKeyValue("why", error.toString())
                    .log("node captures cannot be watched, will be tried again");
            return true;
        });
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(GenericKubernetesResource added) {
                changed.run();
            }

            @Override
            public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource now) {
                changed.run();
            }

            @Override
            public void onDelete(GenericKubernetesResource deleted, boolean finalStateUnknown) {
                changed.run();
            }

            @Override
            public void onNothing() {
                changed.run(); // the list was empty: that is news, too
            }
        });
        informer.start().whenComplete((ready, error) -> {
            if (error != null) {
                LOG.atError().setCause(error).log("node captures cannot be watched");
            }
            changed.run();
        });
    }

    @Override
    public Optional<List<NodeCaptureView>> current() {
        return informer.hasSynced()
                ? Optional.of(informer.getStore().list().stream()
                        .map(NodeCaptureView::of)
                        .toList())
                : Optional.empty();
    }

    @Override
    public void close() {
        informer.close();
    }
}
