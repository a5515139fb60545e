// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

/**
 * Something that RBAC allows or does not. The resources are subresources that the API server does not serve; they exist
 * to be granted.
 */
record Permission(String verb, String resource, String subresource, String namespace, String name) {

    static Permission toBringFiles(String operatorNamespace) {
        return new Permission("create", "nodecaptures", "artifacts", operatorNamespace, "");
    }

    static Permission toFetchFiles(String namespace, String capture) {
        return new Permission("get", "netlinkcaptures", "artifacts", namespace, capture);
    }

    /** As {@code kubectl} names it. */
    @Override
    public String toString() {
        return "%s %s.nltap.io/%s%s in the namespace %s"
                .formatted(verb, resource, subresource, name.isEmpty() ? "" : " of " + name, namespace);
    }
}
