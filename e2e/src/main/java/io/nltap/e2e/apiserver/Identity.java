// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.apiserver;

import java.util.List;
import java.util.Map;

/**
 * Whose a bearer token is.
 *
 * @param user such as {@code system:serviceaccount:nltap:nltap-agent}
 * @param extra such as {@code authentication.kubernetes.io/node-name} of a token bound to a pod
 * @param audiences for whom the token is meant; none means the API server itself
 */
public record Identity(
        String user, String uid, List<String> groups, Map<String, List<String>> extra, List<String> audiences) {

    /** The audience of a token that is meant for the API server itself. */
    public static final String API_AUDIENCE = "https://kubernetes.default.svc.cluster.local";

    public Identity {
        groups = List.copyOf(groups);
        extra = Map.copyOf(extra);
        audiences = audiences.isEmpty() ? List.of(API_AUDIENCE) : List.copyOf(audiences);
    }

    /** A user as a client certificate or an identity provider names them. */
    public static Identity user(String name, String... groups) {
        return new Identity(name, "", List.of(groups), Map.of(), List.of());
    }

    /** The service account of a pod, as its projected token tells. */
    public static Identity podOn(
            String nodeName, String namespace, String serviceAccount, String podName, String audience) {
        return new Identity(
                "system:serviceaccount:" + namespace + ":" + serviceAccount,
                "",
                List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"),
                Map.of(
                        "authentication.kubernetes.io/pod-name", List.of(podName),
                        "authentication.kubernetes.io/node-name", List.of(nodeName)),
                List.of(audience));
    }
}
