// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.nltap.api.v1alpha1.CaptureStore;
import io.nltap.api.v1alpha1.CaptureStoreSpec;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Asks the API server each time, so that whoever changes a store or a secret needs not wait. */
final class KubernetesStoreSource implements StoreSource {
    private final KubernetesClient client;
    private final String namespace;

    /** @param namespace the operator's own */
    KubernetesStoreSource(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    @Override
    public Optional<CaptureStoreSpec> store(String name) {
        CaptureStore store = client.resources(CaptureStore.class).withName(name).get();
        return Optional.ofNullable(store).map(CaptureStore::getSpec);
    }

    @Override
    public List<String> storeNames() {
        return client.resources(CaptureStore.class).list().getItems().stream()
                .map(store -> store.getMetadata().getName())
                .toList();
    }

    @Override
    public Optional<Map<String, String>> secret(String name) {
        Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
        return Optional.ofNullable(secret).map(KubernetesStoreSource::decoded);
    }

    private static Map<String, String> decoded(Secret secret) {
        Map<String, String> texts = new TreeMap<>();
        if (secret.getData() != null) {
            secret.getData()
                    .forEach((key, base64) ->
                            texts.put(key, new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8)));
        }
        return texts;
    }
}
