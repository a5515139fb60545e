// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** Names one NetlinkCapture, and that very one: a later capture of the same name has another UID. */
public record CaptureRef(
        @Required @JsonPropertyDescription("Namespace of the NetlinkCapture, and of its pods.") @Size(min = 1, max = 63)
        String namespace,

        @Required @JsonPropertyDescription("Name of the NetlinkCapture.") @Size(min = 1, max = 253)
        String name,

        @Required
        @JsonPropertyDescription("UID of the NetlinkCapture: a later one of the same name has another.")
        @Size(min = 1, max = 64)
        String uid) {}
