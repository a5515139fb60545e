// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.operator.plan.AgentDaemonSet;
import java.util.Collection;
import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the DaemonSet of the agents, when it is not as it should be. */
public final class AgentFleet {
    static final String SELECTOR = "app.kubernetes.io/name=nltap,app.kubernetes.io/component=agent";

    private static final Logger LOG = LoggerFactory.getLogger(AgentFleet.class);
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("nltap-operator")
            .withForce(true)
            .build();
    private static final long NEVER = -1;

    private final KubernetesClient client;
    private final String namespace;
    private final AgentDaemonSet agents;
    /** Generation of the DaemonSet that this process has written: another one somebody else has changed. */
    private final AtomicLong written = new AtomicLong(NEVER);

    public AgentFleet(KubernetesClient client, String namespace, AgentDaemonSet agents) {
        this.client = client;
        this.namespace = namespace;
        this.agents = agents;
    }

    /** Makes the DaemonSet if there is none, which everything about agents hangs on. */
    void ensure() {
        if (client.apps()
                        .daemonSets()
                        .inNamespace(namespace)
                        .withName(AgentDaemonSet.NAME)
                        .get()
                == null) {
            apply(AgentDaemonSet.nodes(client.resources(NodeCapture.class)
                    .inNamespace(namespace)
                    .list()
                    .getItems()));
        }
    }

    /** @param current the DaemonSet as it is */
    void place(DaemonSet current, Collection<NodeCapture> orders) {
        SortedSet<String> nodes = AgentDaemonSet.nodes(orders);
        Long generation = current.getMetadata().getGeneration();
        if (generation == null || generation != written.get() || !agents.runsOn(current, nodes)) {
            apply(nodes);
        }
    }

    private void apply(SortedSet<String> nodes) {
        DaemonSet applied = client.resource(agents.on(nodes)).patch(APPLY);
        Long generation = applied.getMetadata().getGeneration();
        written.set(generation == null ? NEVER : generation);
        LOG.atInfo().addKeyValue("nodes", nodes).log("agents placed");
    }
}
