// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.nltap.api.v1alpha1.Api;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks the API server whose a token is and what its owner may do. Methods throw
 * {@link io.fabric8.kubernetes.client.KubernetesClientException} when it cannot be asked.
 */
final class Reviews {
    private record TokenQuestion(String audience, String tokenDigest) {}

    private record AccessQuestion(Caller caller, Permission permission) {}

    private final KubernetesClient client;
    private final RecentAnswers<TokenQuestion, Caller> callers;
    private final RecentAnswers<AccessQuestion, Boolean> allowed;

    Reviews(KubernetesClient client, Clock clock) {
        this.client = client;
        this.callers = new RecentAnswers<>(clock);
        this.allowed = new RecentAnswers<>(clock);
    }

    /** The owner of a token that was made for this audience and nobody else; empty when it is not valid. */
    Optional<Caller> agent(String token) {
        return caller(token, Api.TOKEN_AUDIENCE);
    }

    /** The owner of a token with which the API server itself can be used; empty when it is not valid. */
    Optional<Caller> user(String token) {
        return caller(token, "");
    }

    private Optional<Caller> caller(String token, String audience) {
        TokenQuestion question = new TokenQuestion(audience, digest(token));
        Optional<Caller> known = callers.find(question);
        if (known.isPresent()) {
            return known;
        }
        Optional<Caller> caller = ask(token, audience);
        caller.ifPresent(answer -> callers.keep(question, answer));
        return caller;
    }

    private Optional<Caller> ask(String token, String audience) {
        TokenReview review = client.resource(new TokenReviewBuilder()
                        .withNewSpec()
                        .withToken(token)
                        .withAudiences(audience.isEmpty() ? List.of() : List.of(audience))
                        .endSpec()
                        .build())
                .create();
        TokenReviewStatus status = review.getStatus();
        if (status == null || !Boolean.TRUE.equals(status.getAuthenticated()) || status.getUser() == null) {
            return Optional.empty();
        }
        // An authenticator that knows nothing of audiences leaves them out, and would let any token pass.
        if (!audience.isEmpty() && !orEmpty(status.getAudiences()).contains(audience)) {
            return Optional.empty();
        }
        return Optional.of(caller(status.getUser()));
    }

    private static Caller caller(UserInfo user) {
        Map<String, List<String>> extra = user.getExtra() == null ? Map.of() : Map.copyOf(user.getExtra());
        return new Caller(
                String.valueOf(user.getUsername()),
                user.getUid() == null ? "" : user.getUid(),
                List.copyOf(orEmpty(user.getGroups())),
                extra);
    }

    private static List<String> orEmpty(@Nullable List<String> list) {
        return list == null ? List.of() : list;
    }

    boolean allows(Caller caller, Permission permission) {
        AccessQuestion question = new AccessQuestion(caller, permission);
        if (allowed.find(question).isPresent()) {
            return true;
        }
        boolean yes = ask(caller, permission);
        if (yes) {
            allowed.keep(question, true);
        }
        return yes;
    }

    private boolean ask(Caller caller, Permission permission) {
        SubjectAccessReview review = client.resource(new SubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withUser(caller.user())
                        .withUid(caller.uid())
                        .withGroups(caller.groups())
                        .withExtra(caller.extra())
                        .withNewResourceAttributes()
                        .withGroup(Api.GROUP)
                        .withVersion(Api.VERSION)
                        .withVerb(permission.verb())
                        .withResource(permission.resource())
                        .withSubresource(permission.subresource())
                        .withNamespace(permission.namespace())
                        .withName(permission.name())
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .create();
        return review.getStatus() != null
                && Boolean.TRUE.equals(review.getStatus().getAllowed())
                && !Boolean.TRUE.equals(review.getStatus().getDenied());
    }

    /** Tokens are not kept in memory for longer than their request. */
    private static String digest(String token) {
        try {
            byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha256);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
