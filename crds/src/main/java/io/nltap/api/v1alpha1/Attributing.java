// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** How a node tells whose frames are. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Attributing(
        @JsonPropertyDescription("Process: the kernel names the sending process of each datagram. Socket: it names the"
                + " sending socket, whose process is looked up. Lookup: sockets are looked up by what the datagrams"
                + " say.")
        AttributionMode mode,

        @JsonPropertyDescription("Why it is not the best mode; not set when it is.") @Nullable
        String reason) {}
