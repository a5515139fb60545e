// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Which types may hold key material, however deep in them. */
final class SecretTypes {
    private final Set<Type> secret = Collections.newSetFromMap(new IdentityHashMap<>());

    /** @param body of a message; its tables are complete */
    void add(Type body) {
        if (reaches(body, Collections.newSetFromMap(new IdentityHashMap<>()))) {
            secret.add(body);
        }
    }

    boolean has(Type body) {
        return secret.contains(body);
    }

    private static boolean reaches(Type type, Set<Object> seen) {
        if (type instanceof PlainType.Secret) {
            return true;
        }
        Object table = type instanceof CompositeType.Nested nested
                ? nested.nest()
                : type instanceof CompositeType.ChosenBy chosen ? chosen.choice() : type;
        return seen.add(table) && type.parts().stream().anyMatch(part -> reaches(part, seen));
    }
}
