// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record S3Store(
        @JsonPropertyDescription("Address of the service, such as https://minio.example.com:9000. Amazon's own for the"
                + " region when not set.")
        @Size(max = 512)
        @ValidationRule(
                value = "self.matches('^https?://[^/ ]+/?$')",
                message = "s3.endpoint must be an http or https address without a path, such as"
                        + " https://minio.example.com:9000")
        @Nullable
        String endpoint,

        @JsonPropertyDescription("Region of the bucket; services other than Amazon's mostly take any.")
        @Default("us-east-1")
        @Size(min = 1, max = 63)
        String region,

        @Required
        @JsonPropertyDescription("Name of the bucket. It must exist.")
        @Size(max = 63)
        @ValidationRule(
                value = "self.matches('^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$')",
                message =
                        "s3.bucket must have 3 to 63 lower-case letters, digits, dots or hyphens, and begin and end with"
                                + " a letter or a digit")
        String bucket,

        @JsonPropertyDescription("Put before every key, such as clusters/prod.")
        @Default("''")
        @Size(max = 512)
        @ValidationRule(
                value = "self == '' || self.matches('^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$')",
                message =
                        "s3.prefix must be words of letters, digits, '.', '_' and '-' with single slashes between them,"
                                + " such as clusters/prod")
        String prefix,

        @JsonPropertyDescription(
                "Address the bucket by path, not by host name; most services other than Amazon's want that.")
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
