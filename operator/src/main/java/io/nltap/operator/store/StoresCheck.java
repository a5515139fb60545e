// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import io.nltap.operator.plan.StoreCheck;
import io.nltap.operator.plan.StoreState;
import io.nltap.operator.store.StoreResolution.Unusable;
import io.nltap.operator.store.StoreResolution.Usable;
import jakarta.inject.Singleton;

/** Tells the plan of a capture whether its store can be used, without asking a service outside the cluster. */
@Singleton
final class StoresCheck implements StoreCheck {
    private final Stores stores;

    StoresCheck(Stores stores) {
        this.stores = stores;
    }

    @Override
    public StoreState check(String storeName) {
        StoreResolution resolution = stores.resolve(storeName);
        if (resolution instanceof Unusable no) {
            return new StoreState.NotReady(no.reason(), no.message());
        }
        return ((Usable) resolution)
                .store()
                .check()
                .<StoreState>map(problem -> new StoreState.NotReady(
                        problem.kind() == StoreProblem.Kind.FULL ? "StoreFull" : "StoreUnavailable", problem.message()))
                .orElseGet(StoreState.Ready::new);
    }
}
