// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

@ValidationRule(
        value = "has(self.s3) != has(self.filesystem)",
        message = "a store is either s3 or filesystem: give exactly one of them")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CaptureStoreSpec(
        @JsonPropertyDescription(
                "A bucket of an S3 service. Agents and users put and get the bytes there themselves, by presigned URLs.")
        @Nullable
        S3Store s3,

        @JsonPropertyDescription("A directory of the operator's volume. The gateway takes and gives the bytes itself.")
        @Nullable
        FilesystemStore filesystem) {}
