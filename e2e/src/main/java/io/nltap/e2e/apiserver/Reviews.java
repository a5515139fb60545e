// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewSpec;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Answers TokenReviews from a table, SubjectAccessReviews from a predicate, and SelfSubjectRulesReviews with yes. */
final class Reviews {
    private static final String ADMINISTRATORS = "system:masters";

    private final Map<String, Identity> tokens = new ConcurrentHashMap<>();
    private final KubernetesSerialization serialization = new KubernetesSerialization();
    private volatile Predicate<SubjectAccessReviewSpec> allowed =
            spec -> spec.getGroups() != null && spec.getGroups().contains(ADMINISTRATORS);

    void addToken(String token, Identity identity) {
        tokens.put(token, identity);
    }

    void removeToken(String token) {
        tokens.remove(token);
    }

    void authorizeBy(Predicate<SubjectAccessReviewSpec> decision) {
        allowed = decision;
    }

    ObjectNode tokenReview(ObjectNode review) {
        ObjectNode answer = review.deepCopy();
        ObjectNode status = answer.putObject("status");
        Identity identity = tokens.get(review.at("/spec/token").asText());
        if (identity == null) {
            return failed(answer, status, "invalid bearer token");
        }
        List<String> wanted = new ArrayList<>();
        review.at("/spec/audiences").forEach(audience -> wanted.add(audience.asText()));
        if (wanted.isEmpty()) {
            wanted.add(Identity.API_AUDIENCE);
        }
        List<String> common =
                wanted.stream().filter(identity.audiences()::contains).toList();
        if (common.isEmpty()) {
            return failed(
                    answer,
                    status,
                    "token audiences %s is invalid for the target audiences %s"
                            .formatted(identity.audiences(), wanted));
        }
        status.put("authenticated", true);
        ObjectNode user =
                status.putObject("user").put("username", identity.user()).put("uid", identity.uid());
        strings(user.putArray("groups"), identity.groups());
        ObjectNode extra = user.putObject("extra");
        identity.extra().forEach((key, values) -> strings(extra.putArray(key), values));
        strings(status.putArray("audiences"), common);
        return answer;
    }

    ObjectNode accessReview(ObjectNode review) {
        ObjectNode answer = review.deepCopy();
        SubjectAccessReviewSpec spec = serialization.convertValue(specOf(review), SubjectAccessReviewSpec.class);
        answer.putObject("status").put("allowed", allowed.test(spec));
        return answer;
    }

    /** Requests are not authorised here, so everybody may do everything. */
    ObjectNode ownRules(ObjectNode review) {
        ObjectNode answer = review.deepCopy();
        ObjectNode status = answer.putObject("status").put("incomplete", false);
        status.putArray("nonResourceRules");
        ObjectNode everything = status.putArray("resourceRules").addObject();
        everything.putArray("verbs").add("*");
        everything.putArray("apiGroups").add("*");
        everything.putArray("resources").add("*");
        return answer;
    }

    private static JsonNode specOf(ObjectNode review) {
        if (!review.path("spec").isObject()) {
            throw ApiException.badRequest("a SubjectAccessReview needs a spec");
        }
        return review.path("spec");
    }

    private static ObjectNode failed(ObjectNode answer, ObjectNode status, String error) {
        status.put("authenticated", false).put("error", error);
        return answer;
    }

    private static void strings(ArrayNode array, List<String> values) {
        values.forEach(array::add);
    }
}
