// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.apiserver;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The path and query of a request, taken apart.
 *
 * @param group empty for the core group
 * @param namespace empty for objects of the cluster and for all namespaces
 * @param plural empty when the path names only a group and version
 * @param name empty for a collection
 * @param subresource empty for the object itself
 */
record ApiPath(
        String group,
        String version,
        String namespace,
        String plural,
        String name,
        String subresource,
        Map<String, String> query) {

    private static final Set<String> OF_NAMESPACES = Set.of("status", "finalize");

    /** @return nothing for paths outside {@code /api/<version>} and {@code /apis/<group>/<version>} */
    static Optional<ApiPath> parse(String uri) {
        int mark = uri.indexOf('?');
        String path = mark < 0 ? uri : uri.substring(0, mark);
        Map<String, String> query = mark < 0 ? Map.of() : query(uri.substring(mark + 1));
        List<String> parts = new ArrayList<>(Arrays.stream(path.split("/"))
                .filter(part -> !part.isEmpty())
                .map(ApiPath::decode)
                .toList());
        String root = parts.isEmpty() ? "" : parts.remove(0);
        if (root.equals("api") && !parts.isEmpty()) {
            return Optional.of(of("", parts.remove(0), parts, query));
        }
        if (root.equals("apis") && parts.size() > 1) {
            return Optional.of(of(parts.remove(0), parts.remove(0), parts, query));
        }
        return Optional.empty();
    }

    Optional<String> parameter(String parameter) {
        return Optional.ofNullable(query.get(parameter));
    }

    boolean flag(String parameter) {
        String value = query.getOrDefault(parameter, "false");
        return value.equals("true") || value.equals("1");
    }

    private static ApiPath of(String group, String version, List<String> rest, Map<String, String> query) {
        boolean inNamespace = rest.size() > 2
                && rest.get(0).equals("namespaces")
                && !(rest.size() == 3 && OF_NAMESPACES.contains(rest.get(2)));
        String namespace = inNamespace ? rest.get(1) : "";
        List<String> object = inNamespace ? rest.subList(2, rest.size()) : rest;
        return new ApiPath(group, version, namespace, part(object, 0), part(object, 1), part(object, 2), query);
    }

    private static String part(List<String> parts, int index) {
        return index < parts.size() ? parts.get(index) : "";
    }

    private static Map<String, String> query(String text) {
        Map<String, String> query = new HashMap<>();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 0) {
                query.put(decode(pair), "");
            } else {
                query.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        return Map.copyOf(query);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
