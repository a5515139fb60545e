// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** What a user asks for: the netlink traffic of some pods of this resource's own namespace. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@ShortNames("nlc")
@ValidationRule(
        value = "size(self.metadata.name) <= 52",
        message = "metadata.name may have at most 52 characters, because names of other objects are made from it")
public class NetlinkCapture extends CustomResource<NetlinkCaptureSpec, NetlinkCaptureStatus> implements Namespaced {

    @Required
    @JsonPropertyDescription("What to capture. Nothing of it can be changed but stop.")
    @Override
    public NetlinkCaptureSpec getSpec() {
        return super.getSpec();
    }

    @JsonPropertyDescription("How far the capture is, written by the operator.")
    @Override
    public NetlinkCaptureStatus getStatus() {
        return super.getStatus();
    }
}
