// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import io.nltap.api.v1alpha1.Api;
import io.nltap.api.v1alpha1.ArtifactKey;
import java.util.Optional;

/** Lets an agent bring the files of its own node, of captures that its node was ordered to make. */
final class AgentDoor {
    private static final String NODE_CLAIM = "authentication.kubernetes.io/node-name";
    private static final String POD_CLAIM = "authentication.kubernetes.io/pod-name";

    private final Reviews reviews;
    private final ClusterFacts facts;
    private final String namespace;
    private final String user;

    /**
     * @param namespace the operator's own
     * @param serviceAccount of the agents, in that namespace
     */
    AgentDoor(Reviews reviews, ClusterFacts facts, String namespace, String serviceAccount) {
        this.reviews = reviews;
        this.facts = facts;
        this.namespace = namespace;
        this.user = "system:serviceaccount:%s:%s".formatted(namespace, serviceAccount);
    }

    Access open(Optional<String> token, ArtifactKey key) {
        if (token.isEmpty()) {
            return Access.denied(
                    401,
                    "a token is missing: send 'Authorization: Bearer <token>', with a service account"
                            + " token of the agent for the audience " + Api.TOKEN_AUDIENCE);
        }
        Optional<Caller> caller = reviews.agent(token.get());
        return caller.isPresent()
                ? judge(caller.get(), key)
                : Access.denied(
                        401,
                        "the API server does not accept this token for the audience %s: it is expired, or was"
                                        .formatted(Api.TOKEN_AUDIENCE)
                                + " made for another audience or cluster");
    }

    private Access judge(Caller caller, ArtifactKey key) {
        if (!caller.user().equals(user)) {
            return Access.denied(
                    403,
                    "only %s may bring files, and this token is that of %s; the operator's setting"
                                    .formatted(user, caller.user())
                            + " nltap.agent-service-account says which account it is");
        }
        Optional<String> node =
                caller.claim(NODE_CLAIM).or(() -> caller.claim(POD_CLAIM).flatMap(facts::nodeOfPod));
        if (node.isEmpty()) {
            return Access.denied(
                    403,
                    "this token does not tell on which node its pod runs: use a projected token of the"
                            + " agent's pod");
        }
        if (key.node().isEmpty()) {
            return Access.denied(
                    403, "%s is a file of the whole capture: the operator makes it".formatted(key.fileName()));
        }
        if (!node.get().equals(key.node())) {
            return Access.denied(
                    403,
                    "the agent on the node %s may not bring files of the node %s".formatted(node.get(), key.node()));
        }
        Permission permission = Permission.toBringFiles(namespace);
        if (!reviews.allows(caller, permission)) {
            return new Access.Denied(new Refusal(
                    403, "%s may not %s; grant it with a Role, as the chart does".formatted(user, permission), true));
        }
        if (!facts.isOrdered(key)) {
            return Access.denied(
                    403,
                    "the node %s has no order to capture %s/%s with the uid %s: its NodeCapture is gone, or"
                                    .formatted(
                                            key.node(),
                                            key.capture().namespace(),
                                            key.capture().name(),
                                            key.capture().uid())
                            + " never was");
        }
        return new Access.Granted(caller.user() + " on " + node.get());
    }
}
