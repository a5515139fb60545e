// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * A kind of object that this API server serves.
 *
 * @param group empty for the core group
 * @param schema OpenAPI v3 schema of a custom resource, missing for others
 */
record ResourceKind(
        String group,
        String version,
        String plural,
        String kind,
        boolean namespaced,
        boolean statusSubresource,
        JsonNode schema) {

    ResourceKind(
            String group, String version, String plural, String kind, boolean namespaced, boolean statusSubresource) {
        this(group, version, plural, kind, namespaced, statusSubresource, MissingNode.getInstance());
    }

    String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** As the API server names a kind in its messages, such as {@code daemonsets.apps}. */
    String qualifiedPlural() {
        return group.isEmpty() ? plural : plural + "." + group;
    }
}
