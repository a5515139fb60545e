// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A named place for artifacts, owned by the administrators of the cluster; users only name it. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@ShortNames("capstore")
public class CaptureStore extends CustomResource<CaptureStoreSpec, Void> {

    @Required
    @JsonPropertyDescription("Where the store is: exactly one of s3 and filesystem.")
    @Override
    public CaptureStoreSpec getSpec() {
        return super.getSpec();
    }
}
