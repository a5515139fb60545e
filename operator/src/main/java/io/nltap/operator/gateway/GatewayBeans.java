// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.nltap.operator.plan.PlanSettings;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Puts the room together from its configuration. */
@Singleton
final class GatewayBeans {

    @Produces
    @Singleton
    Reviews reviews(KubernetesClient client, Clock clock) {
        return new Reviews(client, clock);
    }

    @Produces
    @Singleton
    ClusterFacts facts(KubernetesClient client, PlanSettings settings) {
        return new ClusterFacts(client, settings.namespace());
    }

    @Produces
    @Singleton
    AgentDoor agentDoor(Reviews reviews, ClusterFacts facts, GatewayConfig config, PlanSettings settings) {
        return new AgentDoor(reviews, facts, settings.namespace(), config.agentServiceAccount());
    }

    @Produces
    @Singleton
    UserDoor userDoor(Reviews reviews) {
        return new UserDoor(reviews);
    }
}
