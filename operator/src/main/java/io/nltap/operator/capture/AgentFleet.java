// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.operator.plan.AgentDaemonSet;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the DaemonSet of the agents. */
public final class AgentFleet {
    static final String SELECTOR = "app.kubernetes.io/name=nltap,app.kubernetes.io/component=agent";

    private static final Logger LOG = LoggerFactory.getLogger(AgentFleet.class);
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("nltap-operator")
            .withForce(true)
            .build();

    private final KubernetesClient client;
    private final AgentDaemonSet agents;

    public AgentFleet(KubernetesClient client, AgentDaemonSet agents) {
        this.client = client;
        this.agents = agents;
    }

    /** Lets an agent run on just those nodes that have an order whose clean-up is not confirmed. */
    void apply(Collection<NodeCapture> orders) {
        SortedSet<String> nodes = AgentDaemonSet.nodes(orders);
        DaemonSet wanted = agents.on(nodes);
        client.resource(wanted).patch(APPLY);
        LOG.atDebug().addKeyValue("nodes", List.copyOf(nodes)).log("agents placed");
    }
}
