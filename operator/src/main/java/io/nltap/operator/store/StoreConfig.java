// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** What the administrator sets, as properties {@code nltap.*} or environment variables {@code NLTAP_*}. */
@ConfigMapping(prefix = "nltap")
public interface StoreConfig {

    /** Where the operator's volume is mounted: filesystem stores are directories of it. */
    @WithDefault("/var/lib/nltap/artifacts")
    Path artifactsDirectory();

    /** Certificates (PEM) of authorities that vouch for S3 services, beside those of the Java runtime. */
    Optional<Path> storeCaFile();
}
