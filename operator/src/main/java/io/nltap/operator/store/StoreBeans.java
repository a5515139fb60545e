// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.nltap.operator.plan.PlanSettings;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Puts the room together from its configuration. */
@Singleton
final class StoreBeans {

    @Produces
    @Singleton
    Stores stores(StoreConfig config, PlanSettings settings, KubernetesClient client, Clock clock) {
        return new Stores(
                new KubernetesStoreSource(client, settings.namespace()),
                config.artifactsDirectory(),
                new S3Connector(new StoreAuthorities(config.storeCaFile())),
                clock);
    }

    void close(@Disposes Stores stores) {
        stores.close();
    }
}
