// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.cluster;

import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

/** A service account that may fetch the captured files of its namespace, and nothing else; it goes with the namespace. */
public final class FetchingUser {
    private static final String NAME = "capture-reader";
    private static final String STRANGER = "stranger";
    private static final String RBAC = "rbac.authorization.k8s.io";
    private static final long TOKEN_SECONDS = 600;

    private final KubernetesClient client;
    private final String namespace;

    private FetchingUser(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    public static FetchingUser create(KubernetesClient client, String namespace) {
        FetchingUser user = new FetchingUser(client, namespace);
        user.createAccount(NAME);
        user.createAccount(STRANGER);
        client.resource(new RoleBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(NAME)
                        .endMetadata()
                        .withRules(new PolicyRuleBuilder()
                                .withApiGroups("nltap.io")
                                .withResources("netlinkcaptures/artifacts")
                                .withVerbs("get")
                                .build())
                        .build())
                .create();
        client.resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(NAME)
                        .endMetadata()
                        .withNewRoleRef(RBAC, "Role", NAME)
                        .addNewSubject("", "ServiceAccount", NAME, namespace)
                        .build())
                .create();
        return user;
    }

    /** A token, as of {@code kubectl create token}. */
    public String token() {
        return token(NAME);
    }

    /** The token of another service account of the namespace, which may not fetch. */
    public String strangersToken() {
        return token(STRANGER);
    }

    private void createAccount(String name) {
        client.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }

    private String token(String account) {
        return client.serviceAccounts()
                .inNamespace(namespace)
                .withName(account)
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(TOKEN_SECONDS)
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
    }
}
