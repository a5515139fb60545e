// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

public record S3Store(
        @JsonPropertyDescription("Address of the service, such as https://minio.example.com:9000. Amazon's own for the"
                + " region when not set.")
        @Size(max = 512)
        @Pattern("^https?://.+$")
        @Nullable
        String endpoint,

        @Default("us-east-1") @Size(min = 1, max = 63) String region,
        @Required @Size(min = 3, max = 63) String bucket,

        @JsonPropertyDescription("Put before every key, such as clusters/prod.")
        @Default("")
        @Size(max = 512)
        @Pattern("^([A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*)?$")
        String prefix,

        @JsonPropertyDescription(
                "Address the bucket by path, not by host name; most services other than Amazon's want" + " that.")
        @Default("false")
        boolean pathStyle,

        @JsonPropertyDescription("Name of a Secret in the operator's namespace with the keys accessKeyId and"
                + " secretAccessKey (and sessionToken, if any). The operator's own workload identity when not set.")
        @Size(max = 253)
        @Nullable
        String credentialsSecret) {

    public S3Store(
            @Nullable String endpoint,
            @Nullable String region,
            String bucket,
            @Nullable String prefix,
            boolean pathStyle,
            @Nullable String credentialsSecret) {
        this.endpoint = endpoint;
        this.region = region == null ? "us-east-1" : region;
        this.bucket = bucket;
        this.prefix = prefix == null ? "" : prefix;
        this.pathStyle = pathStyle;
        this.credentialsSecret = credentialsSecret;
    }
}
