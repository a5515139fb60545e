// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import io.nltap.api.v1alpha1.CaptureStoreSpec;
import io.nltap.api.v1alpha1.FilesystemStore;
import io.nltap.api.v1alpha1.S3Store;
import io.nltap.operator.store.StoreResolution.Unusable;
import io.nltap.operator.store.StoreResolution.Usable;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the store behind the name of a CaptureStore. A store is opened once and used again until its CaptureStore or
 * Secret has changed.
 */
public final class Stores implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Stores.class);
    private static final Duration LEFTOVER_AGE = Duration.ofDays(1);
    private static final int MAX_OPEN = 64;

    /** Replaced stores may still be answering a request; they are closed when this many more were replaced. */
    private static final int MAX_REPLACED = 8;

    private record Order(CaptureStoreSpec spec, Optional<S3Credentials> credentials) {}

    private record Open(Order order, ObjectStore store) {}

    private final StoreSource source;
    private final Path artifacts;
    private final S3Connector connector;
    private final Clock clock;
    private final Map<String, Open> open = new LinkedHashMap<>();
    private final Deque<ObjectStore> replaced = new ArrayDeque<>();

    /** @param artifacts directory of the operator's volume */
    Stores(StoreSource source, Path artifacts, S3Connector connector, Clock clock) {
        this.source = source;
        this.artifacts = artifacts;
        this.connector = connector;
        this.clock = clock;
    }

    /** Throws what the source throws when the cluster cannot be asked. */
    public StoreResolution resolve(String name) {
        Optional<CaptureStoreSpec> spec = source.store(name);
        if (spec.isEmpty()) {
            return new Unusable(
                    "UnknownStore",
                    "there is no CaptureStore %s; create it, or name another one in spec.output.store".formatted(name));
        }
        S3Store s3 = spec.get().s3();
        FilesystemStore filesystem = spec.get().filesystem();
        if (s3 != null) {
            return resolve(name, spec.get(), s3);
        }
        if (filesystem != null) {
            return resolve(name, spec.get(), filesystem);
        }
        return new Unusable("InvalidStore", "CaptureStore %s is neither s3 nor filesystem".formatted(name));
    }

    /** Of all stores. */
    public List<String> names() {
        return source.storeNames();
    }

    private StoreResolution resolve(String name, CaptureStoreSpec spec, FilesystemStore filesystem) {
        if (!Files.isDirectory(artifacts)) {
            return new Unusable(
                    "NoVolume",
                    "CaptureStore %s is a directory of the operator's volume, but there is none at %s; mount one, or use an"
                                    .formatted(name, artifacts)
                            + " s3 store");
        }
        return new Usable(opened(name, new Order(spec, Optional.empty()), () -> openDirectory(filesystem.directory())));
    }

    private ObjectStore openDirectory(String directory) {
        FilesystemObjectStore store = new FilesystemObjectStore(artifacts, directory, FilesystemLimits.DEFAULT);
        try {
            store.removeLeftovers(clock.instant().minus(LEFTOVER_AGE));
        } catch (IOException | DirectoryIteratorException e) {
            LOG.atWarn()
                    .addKeyValue("directory", artifacts.resolve(directory))
                    .setCause(e)
                    .log("Cannot remove what unfinished uploads left");
        }
        return store;
    }

    private StoreResolution resolve(String name, CaptureStoreSpec spec, S3Store s3) {
        String secretName = s3.credentialsSecret();
        if (secretName == null) {
            return usable(name, spec, s3, Optional.empty());
        }
        Optional<Map<String, String>> secret = source.secret(secretName);
        if (secret.isEmpty()) {
            return new Unusable(
                    "NoCredentials",
                    "CaptureStore %s names the Secret %s, which does not exist in the operator's namespace"
                            .formatted(name, secretName));
        }
        for (String key : List.of("accessKeyId", "secretAccessKey")) {
            if (secret.get().getOrDefault(key, "").isBlank()) {
                return new Unusable(
                        "NoCredentials",
                        "the Secret %s of CaptureStore %s lacks the key %s".formatted(secretName, name, key));
            }
        }
        return usable(
                name,
                spec,
                s3,
                Optional.of(new S3Credentials(
                        secret.get().getOrDefault("accessKeyId", "").strip(),
                        secret.get().getOrDefault("secretAccessKey", "").strip(),
                        Optional.ofNullable(secret.get().get("sessionToken")).map(String::strip))));
    }

    private StoreResolution usable(
            String name, CaptureStoreSpec spec, S3Store s3, Optional<S3Credentials> credentials) {
        try {
            return new Usable(opened(name, new Order(spec, credentials), () -> connector.connect(s3, credentials)));
        } catch (IllegalArgumentException | NullPointerException e) {
            // The SDK's own checks of endpoint and region.
            return new Unusable(
                    "InvalidStore",
                    "CaptureStore %s cannot be used: %s; correct its endpoint or region"
                            .formatted(name, e.getMessage()));
        }
    }

    private synchronized ObjectStore opened(String name, Order order, Opening opening) {
        Open known = open.get(name);
        if (known != null && known.order().equals(order)) {
            return known.store();
        }
        ObjectStore store = opening.open();
        open.put(name, new Open(order, store));
        if (known != null) {
            retire(known.store());
        }
        if (open.size() > MAX_OPEN) {
            Iterator<Open> eldest = open.values().iterator();
            retire(eldest.next().store());
            eldest.remove();
        }
        return store;
    }

    private void retire(ObjectStore store) {
        replaced.addLast(store);
        if (replaced.size() > MAX_REPLACED) {
            replaced.removeFirst().close();
        }
    }

    @Override
    public synchronized void close() {
        open.values().forEach(one -> one.store().close());
        replaced.forEach(ObjectStore::close);
        open.clear();
        replaced.clear();
    }

    private interface Opening {
        ObjectStore open();
    }
}
