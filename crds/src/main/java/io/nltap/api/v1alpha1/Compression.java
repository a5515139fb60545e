// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

public enum Compression {
    @JsonProperty("Zstd")
    ZSTD(".zst"),
    @JsonProperty("Gzip")
    GZIP(".gz"),
    @JsonProperty("None")
    NONE("");

    private final String suffix;

    Compression(String suffix) {
        this.suffix = suffix;
    }

    /** What a file name ends in after its kind, such as {@code .pcapng}. */
    public String suffix() {
        return suffix;
    }
}
