// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the nlmon module came to be on a node. */
public enum ModuleState {
    /** It was there, or is built in: we leave it there. */
    @JsonProperty("Present")
    PRESENT,
    /** The kernel loaded it when the first device was created. */
    @JsonProperty("Autoloaded")
    AUTOLOADED,
    /** The agent gave its file to the kernel. */
    @JsonProperty("Inserted")
    INSERTED
}
