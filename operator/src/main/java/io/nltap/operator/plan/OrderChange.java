// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.plan;

import io.nltap.api.v1alpha1.NodeCapture;
import io.nltap.api.v1alpha1.NodeCaptureSpec;
import java.util.Map;

/**
 * A new order for a node that has one.
 *
 * @param current the order as it was read
 * @param annotations to be added
 */
public record OrderChange(NodeCapture current, NodeCaptureSpec spec, Map<String, String> annotations) {
    public OrderChange {
        annotations = Map.copyOf(annotations);
    }
}
