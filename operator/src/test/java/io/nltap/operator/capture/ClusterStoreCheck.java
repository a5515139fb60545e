// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.capture;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.nltap.api.v1alpha1.CaptureStore;
import io.nltap.operator.plan.StoreCheck;
import io.nltap.operator.plan.StoreState;

/** Every store that exists can be used. */
final class ClusterStoreCheck implements StoreCheck {
    private final KubernetesClient client;

    ClusterStoreCheck(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public StoreState check(String storeName) {
        return client.resources(CaptureStore.class).withName(storeName).get() == null
                ? new StoreState.NotReady(
                        "UnknownStore",
                        "there is no CaptureStore '%s'; an administrator can create it, or name one of those that 'kubectl get capturestores' lists"
                                .formatted(storeName))
                : new StoreState.Ready();
    }
}
