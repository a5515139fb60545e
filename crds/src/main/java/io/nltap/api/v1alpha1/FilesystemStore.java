// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

public record FilesystemStore(
        @JsonPropertyDescription("Directory below the operator's volume: one name, without slashes.")
        @Default("artifacts")
        @Size(max = 63)
        @ValidationRule(
                value = "self.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?$')",
                message =
                        "filesystem.directory must be one name of lower-case letters, digits and '-', such as artifacts")
        String directory) {

    public FilesystemStore(@Nullable String directory) {
        this.directory = directory == null ? "artifacts" : directory;
    }
}
