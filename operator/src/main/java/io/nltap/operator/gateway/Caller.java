// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whose a token is, by the API server's word. */
record Caller(String user, String uid, List<String> groups, Map<String, List<String>> extra) {

    /** The first value of a claim that the API server vouches for. */
    Optional<String> claim(String name) {
        return extra.getOrDefault(name, List.of()).stream().findFirst();
    }
}
