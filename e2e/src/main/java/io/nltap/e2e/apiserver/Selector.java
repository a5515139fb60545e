// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code labelSelector} and {@code fieldSelector} parameters: {@code a=b}, {@code a==b}, {@code a!=b}, {@code a},
 * {@code !a}, {@code a in (b,c)} and {@code a notin (b,c)}, joined by commas. Field selectors know {@code =} and
 * {@code !=} and reach any scalar field by its path.
 */
final class Selector {
    private static final Pattern SET = Pattern.compile("\\s*(\\S+)\\s+(in|notin)\\s+\\(([^)]*)\\)\\s*");
    private static final Pattern EQUALITY = Pattern.compile("\\s*([^!=\\s]+)\\s*(==|=|!=)\\s*([^=\\s]*)\\s*");
    private static final Pattern OUTER_COMMA = Pattern.compile(",(?![^(]*\\))");

    private Selector() {}

    static Predicate<JsonNode> labels(Optional<String> parameter) {
        return parse(
                parameter,
                object -> key -> scalar(object.path("metadata").path("labels").path(key)));
    }

    static Predicate<JsonNode> fields(Optional<String> parameter) {
        return parse(parameter, object -> key -> scalar(object.at("/" + key.replace('.', '/'))));
    }

    private static Predicate<JsonNode> parse(
            Optional<String> parameter, Function<JsonNode, Function<String, Optional<String>>> lookup) {
        Predicate<Function<String, Optional<String>>> all = values -> true;
        for (String requirement : OUTER_COMMA.split(parameter.orElse(""))) {
            if (!requirement.isBlank()) {
                all = all.and(requirement(requirement));
            }
        }
        Predicate<Function<String, Optional<String>>> selector = all;
        return object -> selector.test(lookup.apply(object));
    }

    private static Predicate<Function<String, Optional<String>>> requirement(String text) {
        Matcher set = SET.matcher(text);
        if (set.matches()) {
            String key = set.group(1);
            var wanted = Arrays.stream(set.group(3).split(",", -1))
                    .map(String::strip)
                    .toList();
            boolean in = set.group(2).equals("in");
            return values -> values.apply(key).map(wanted::contains).orElse(false) == in;
        }
        Matcher equality = EQUALITY.matcher(text);
        if (equality.matches()) {
            String key = equality.group(1);
            String wanted = equality.group(3);
            boolean equal = !equality.group(2).equals("!=");
            return values -> values.apply(key).map(wanted::equals).orElse(false) == equal;
        }
        String key = text.strip();
        if (key.startsWith("!")) {
            return values -> values.apply(key.substring(1)).isEmpty();
        }
        return values -> values.apply(key).isPresent();
    }

    private static Optional<String> scalar(JsonNode node) {
        return node.isValueNode() && !node.isNull() ? Optional.of(node.asText()) : Optional.empty();
    }
}
