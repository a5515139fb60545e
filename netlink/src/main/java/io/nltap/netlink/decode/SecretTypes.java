// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Which types may hold key material, however deep in them. */
final class SecretTypes {
    private final Set<Type> secret = identitySet();

    /** Tables from which none is reached: most are shared by many messages, and looked through once. */
    private final Set<Object> clean = identitySet();

    /** @param body of a message; its tables are complete */
    void add(Type body) {
        Set<Object> seen = identitySet();
        if (reaches(body, seen)) {
            secret.add(body);
        } else {
            clean.addAll(seen);
        }
    }

    boolean has(Type body) {
        return secret.contains(body);
    }

    private boolean reaches(Type type, Set<Object> seen) {
        if (type instanceof PlainType) {
            return type instanceof PlainType.Secret;
        }
        Object table = type instanceof CompositeType.Nested nested
                ? nested.nest()
                : type instanceof CompositeType.ChosenBy chosen ? chosen.choice() : type;
        if (clean.contains(table) || !seen.add(table)) {
            return false;
        }
        for (Type part : type.parts()) {
            if (reaches(part, seen)) {
                return true;
            }
        }
        return false;
    }

    private static <T> Set<T> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }
}
