// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.operator.store.DownloadRoute;
import io.nltap.operator.store.Lookup;
import io.nltap.operator.store.ObjectStore;
import io.nltap.operator.store.StoreResolution;
import io.nltap.operator.store.StoreResolution.Unusable;
import io.nltap.operator.store.StoreResolution.Usable;
import io.nltap.operator.store.Stores;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/**
 * Finds the file of a key: in the store that its capture names, or, when that capture is gone, in whichever store has
 * it. Artifacts outlive their captures, and nothing else remembers where they went.
 */
@Singleton
final class ArtifactSearch {

    sealed interface Result {
        /** @param size bytes */
        record Found(long size, DownloadRoute route) implements Result {}

        record NotFound() implements Result {}

        /** Not found, but not all stores could be asked. */
        record CannotSay(String why) implements Result {}
    }

    private final Stores stores;
    private final ClusterFacts facts;

    ArtifactSearch(Stores stores, ClusterFacts facts) {
        this.stores = stores;
        this.facts = facts;
    }

    Result find(ArtifactKey key) {
        List<String> names = facts.storeOf(key.capture()).map(List::of).orElseGet(stores::names);
        Optional<String> silent = Optional.empty();
        for (String name : names) {
            StoreResolution resolution = stores.resolve(name);
            if (resolution instanceof Unusable no) {
                silent = Optional.of(no.message());
                continue;
            }
            ObjectStore store = ((Usable) resolution).store();
            Lookup lookup = store.find(key);
            if (lookup instanceof Lookup.Found found) {
                return new Result.Found(found.size(), store.download(key));
            }
            if (lookup instanceof Lookup.Unknown unknown) {
                silent = Optional.of(unknown.why());
            }
        }
        return silent.<Result>map(Result.CannotSay::new).orElseGet(Result.NotFound::new);
    }
}
