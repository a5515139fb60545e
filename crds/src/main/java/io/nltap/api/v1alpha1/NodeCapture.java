// SPDX-License-Identifier: Apache-2.0
package io.nltap.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** The operator's order to the agent of one node, and that agent's answer; only in the operator's own namespace. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@ShortNames("nodecap")
public class NodeCapture extends CustomResource<NodeCaptureSpec, NodeCaptureStatus> implements Namespaced {

    @Required
    @JsonPropertyDescription("The order, written by the operator.")
    @Override
    public NodeCaptureSpec getSpec() {
        return super.getSpec();
    }

    @JsonPropertyDescription("The answer, written by the agent of the node.")
    @Override
    public NodeCaptureStatus getStatus() {
        return super.getStatus();
    }
}
