// SPDX-License-Identifier: Apache-2.0
package io.nltap.e2e.apiserver;

import java.util.Comparator;

/** @param namespace empty for objects of the cluster */
record ObjectKey(String group, String plural, String namespace, String name) implements Comparable<ObjectKey> {
    private static final Comparator<ObjectKey> ORDER = Comparator.comparing(ObjectKey::group)
            .thenComparing(ObjectKey::plural)
            .thenComparing(ObjectKey::namespace)
            .thenComparing(ObjectKey::name);

    @Override
    public int compareTo(ObjectKey other) {
        return ORDER.compare(this, other);
    }
}
