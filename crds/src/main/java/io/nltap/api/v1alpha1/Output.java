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
        Compression compression,

        @JsonPropertyDescription(
                "Pcapng says on every packet whose it is. Pcap is for tools that read nothing else: there"
                        + " a second file, <n>.attribution.ndjson, says it, with a line for each packet.")
        @Default("Pcapng")
        Format format) {

    public static final Output DEFAULT = new Output(null, null, null);

    public Output(@Nullable String store, @Nullable Compression compression, @Nullable Format format) {
        this.store = store == null ? "default" : store;
        this.format = format == null ? Format.PCAPNG : format;
        this.compression = compression == null ? Compression.ZSTD : compression;
    }
}
