// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

public record FilesystemStore(
        @JsonPropertyDescription("Directory below the operator's volume: one name, without slashes.")
        @Default("artifacts")
        @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")
        String directory) {

    public FilesystemStore(@Nullable String directory) {
        this.directory = directory == null ? "artifacts" : directory;
    }
}
