// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** Names one NetlinkCapture, and that very one: a later capture of the same name has another UID. */
public record CaptureRef(
        @Required @Size(min = 1, max = 63) String namespace,
        @Required @Size(min = 1, max = 253) String name,
        @Required @Size(min = 1, max = 64) String uid) {}
