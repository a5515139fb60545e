// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import static io.nltap.operator.store.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.api.v1alpha1.CaptureStoreSpec;
import io.nltap.api.v1alpha1.FilesystemStore;
import io.nltap.api.v1alpha1.S3Store;
import io.nltap.operator.store.StoreResolution.Unusable;
import io.nltap.operator.store.StoreResolution.Usable;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoresTest {
    private static final CaptureStoreSpec BUCKET = s3("http://127.0.0.1:1");
    private static final Map<String, String> KEYS = Map.of("accessKeyId", "id", "secretAccessKey", "key");

    @TempDir
    private Path volume;

    private final Map<String, CaptureStoreSpec> specs = new HashMap<>();
    private final Map<String, Map<String, String>> secrets = new HashMap<>();

    @Test
    void findsADirectoryOfTheVolume() {
        specs.put("default", new CaptureStoreSpec(null, new FilesystemStore("evidence")));

        Usable found = (Usable) stores().resolve("default");

        assertThat(found.store().download(key(0)))
                .isEqualTo(new DownloadRoute.Local(volume.resolve("evidence/" + key(0))));
    }

    @Test
    void findsABucket() {
        specs.put("bucket", BUCKET);
        secrets.put("s3-keys", KEYS);

        StoreResolution found = stores().resolve("bucket");

        assertThat(found)
                .isInstanceOfSatisfying(
                        Usable.class, usable -> assertThat(usable.store()).isInstanceOf(S3ObjectStore.class));
    }

    @Test
    void opensAStoreOnceUntilItOrItsSecretChanges() {
        specs.put("bucket", BUCKET);
        secrets.put("s3-keys", KEYS);
        Stores stores = stores();

        ObjectStore first = store(stores, "bucket");
        ObjectStore same = store(stores, "bucket");
        secrets.put("s3-keys", Map.of("accessKeyId", "id", "secretAccessKey", "renewed"));
        ObjectStore renewed = store(stores, "bucket");
        specs.put("bucket", s3("http://127.0.0.1:2"));
        ObjectStore moved = store(stores, "bucket");

        assertThat(same).isSameAs(first);
        assertThat(renewed).isNotSameAs(first);
        assertThat(moved).isNotSameAs(renewed);
    }

    @Test
    void saysWhatIsMissing() {
        specs.put("bucket", BUCKET);
        specs.put("directory", new CaptureStoreSpec(null, new FilesystemStore(null)));
        Stores stores = stores();
        Stores withoutVolume = stores(volume.resolve("missing"));

        StoreResolution unknown = stores.resolve("defualt");
        StoreResolution noSecret = stores.resolve("bucket");
        secrets.put("s3-keys", Map.of("accessKeyId", "id", "secretAccessKey", " "));
        StoreResolution noKey = stores.resolve("bucket");
        StoreResolution noVolume = withoutVolume.resolve("directory");

        assertThat(unknown)
                .isEqualTo(new Unusable(
                        "UnknownStore",
                        "there is no CaptureStore defualt; create it, or name another one in spec.output.store"));
        assertThat(noSecret)
                .isEqualTo(
                        new Unusable(
                                "NoCredentials",
                                "CaptureStore bucket names the Secret s3-keys, which does not exist in the operator's namespace"));
        assertThat(noKey)
                .isEqualTo(new Unusable(
                        "NoCredentials", "the Secret s3-keys of CaptureStore bucket lacks the key secretAccessKey"));
        assertThat(noVolume).isInstanceOfSatisfying(Unusable.class, no -> {
            assertThat(no.reason()).isEqualTo("NoVolume");
            assertThat(no.message()).contains(volume.resolve("missing").toString());
        });
    }

    @Test
    void saysWhenAnEndpointIsNone() {
        specs.put("bucket", s3("https://"));
        secrets.put("s3-keys", KEYS);

        StoreResolution broken = stores().resolve("bucket");

        assertThat(broken)
                .isInstanceOfSatisfying(
                        Unusable.class, no -> assertThat(no.reason()).isEqualTo("InvalidStore"));
    }

    @Test
    void keepsSecretsOutOfLogs() {
        assertThat(new S3Credentials("id", "hush", Optional.of("hush-too")).toString())
                .doesNotContain("hush");
    }

    private Stores stores() {
        return stores(volume);
    }

    private Stores stores(Path artifacts) {
        S3Connector connector = new S3Connector(new StoreAuthorities(Optional.empty()));
        return new Stores(source(), artifacts, connector, Clock.systemUTC());
    }

    private StoreSource source() {
        return new StoreSource() {
            @Override
            public Optional<CaptureStoreSpec> store(String name) {
                return Optional.ofNullable(specs.get(name));
            }

            @Override
            public List<String> storeNames() {
                return List.copyOf(specs.keySet());
            }

            @Override
            public Optional<Map<String, String>> secret(String name) {
                return Optional.ofNullable(secrets.get(name));
            }
        };
    }

    private static ObjectStore store(Stores stores, String name) {
        return ((Usable) stores.resolve(name)).store();
    }

    private static CaptureStoreSpec s3(String endpoint) {
        return new CaptureStoreSpec(new S3Store(endpoint, null, "artifacts", null, true, "s3-keys"), null);
    }
}
