// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import io.nltap.api.v1alpha1.ArtifactKey;
import io.nltap.operator.store.Content;
import io.nltap.operator.store.ObjectStore;
import io.nltap.operator.store.Receipt;
import io.nltap.operator.store.StoreProblem;
import io.nltap.operator.store.StoreProblem.Kind;
import io.nltap.operator.store.StoreResolution;
import io.nltap.operator.store.StoreResolution.Unusable;
import io.nltap.operator.store.StoreResolution.Usable;
import io.nltap.operator.store.Stores;
import io.nltap.operator.store.UploadRoute;
import jakarta.inject.Singleton;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Function;

/** Brings the files of agents that have been let in to the store that their capture names. */
@Singleton
final class ArtifactUploads {
    private final Stores stores;
    private final ClusterFacts facts;

    ArtifactUploads(Stores stores, ClusterFacts facts) {
        this.stores = stores;
        this.facts = facts;
    }

    UploadRoute route(ArtifactKey key, Content content) {
        return withStore(key, UploadRoute.No::new, store -> store.routeFor(key, content));
    }

    Receipt take(ArtifactKey key, Content content, InputStream body) {
        return withStore(key, Receipt.NotStored::new, store -> store.take(key, content, body));
    }

    private <T> T withStore(ArtifactKey key, Function<StoreProblem, T> failed, Function<ObjectStore, T> work) {
        Optional<String> name = facts.storeOf(key.capture());
        if (name.isEmpty()) {
            return failed.apply(new StoreProblem(
                    Kind.UNAVAILABLE,
                    "the capture %s/%s with the uid %s is gone, and with it the name of the store for its files"
                            .formatted(
                                    key.capture().namespace(),
                                    key.capture().name(),
                                    key.capture().uid())));
        }
        StoreResolution resolution = stores.resolve(name.get());
        return resolution instanceof Unusable no
                ? failed.apply(new StoreProblem(Kind.UNAVAILABLE, no.message()))
                : work.apply(((Usable) resolution).store());
    }
}
