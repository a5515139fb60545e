// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.target;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of a label selector, as {@code meta/v1 LabelSelector} documents it: all of its requirements hold, and an
 * empty selector matches everything. The API server does not check the operators of a selector inside a custom
 * resource, so a selector can be invalid here; one that is matches nothing.
 */
final class LabelRequirements {
    private LabelRequirements() {}

    /** What is wrong with the selector, as a sentence for its author. */
    static Optional<String> problem(LabelSelector selector) {
        return expressions(selector).stream()
                .flatMap(expression -> problem(expression).stream())
                .findFirst();
    }

    static boolean match(LabelSelector selector, Map<String, String> labels) {
        return problem(selector).isEmpty()
                && orEmpty(selector.getMatchLabels()).entrySet().stream()
                        .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())))
                && expressions(selector).stream().allMatch(expression -> match(expression, labels));
    }

    private static Optional<String> problem(LabelSelectorRequirement expression) {
        String operator = expression.getOperator();
        if (expression.getKey() == null || operator == null) {
            return Optional.of("targets.podSelector.matchExpressions needs key and operator in every entry");
        }
        boolean hasValues = !values(expression).isEmpty();
        return switch (operator) {
            case "In", "NotIn" ->
                hasValues
                        ? Optional.empty()
                        : Optional.of("targets.podSelector: operator %s of key '%s' needs values"
                                .formatted(operator, expression.getKey()));
            case "Exists", "DoesNotExist" ->
                hasValues
                        ? Optional.of("targets.podSelector: operator %s of key '%s' takes no values"
                                .formatted(operator, expression.getKey()))
                        : Optional.empty();
            default ->
                Optional.of("targets.podSelector: '%s' is no operator; use In, NotIn, Exists or DoesNotExist"
                        .formatted(operator));
        };
    }

    private static boolean match(LabelSelectorRequirement expression, Map<String, String> labels) {
        String value = labels.get(expression.getKey());
        return switch (expression.getOperator()) {
            case "In" -> value != null && values(expression).contains(value);
            // A pod without the label is "not in" too, unlike in SQL.
            case "NotIn" -> value == null || !values(expression).contains(value);
            case "Exists" -> value != null;
            default -> value == null;
        };
    }

    private static List<LabelSelectorRequirement> expressions(LabelSelector selector) {
        List<LabelSelectorRequirement> expressions = selector.getMatchExpressions();
        return expressions == null ? List.of() : expressions;
    }

    private static List<String> values(LabelSelectorRequirement expression) {
        List<String> values = expression.getValues();
        return values == null ? List.of() : values;
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
