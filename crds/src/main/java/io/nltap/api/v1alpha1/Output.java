// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

public record Output(
        @JsonPropertyDescription("Name of the CaptureStore that keeps the files.")
        @Default("default")
        @Size(max = 253)
        @ValidationRule(
                value = "self.matches('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$')",
                message = "output.store must be the name of a CaptureStore: lower-case letters, digits, '-' and '.'")
        String store,

        @JsonPropertyDescription("How the files are compressed. Wireshark reads all three without unpacking.")
        @Default("Zstd")
        Compression compression) {

    public static final Output DEFAULT = new Output(null, null);

    public Output(@Nullable String store, @Nullable Compression compression) {
        this.store = store == null ? "default" : store;
        this.compression = compression == null ? Compression.ZSTD : compression;
    }
}
