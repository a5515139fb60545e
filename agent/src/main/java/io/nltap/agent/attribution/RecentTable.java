// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A map from numbers to values, of fixed size, in which a new entry takes the place of one that was not used for long.
 * Makes no object. Used by one thread.
 */
final class RecentTable<V> {
    /** Places of one key; the least recently used of these has to go. */
    private static final int WAYS = 8;

    private final int mask;
    private final long[] keys;
    private final @Nullable Object[] values;
    private final long[] used;
    private long clock;

    /** @param sets of eight entries each, a power of two */
    RecentTable(int sets) {
        if (Integer.bitCount(sets) != 1) {
            throw new IllegalArgumentException(sets + " is no power of two");
        }
        mask = sets - 1;
        keys = new long[sets * WAYS];
        values = new Object[sets * WAYS];
        used = new long[sets * WAYS];
    }

    @SuppressWarnings("unchecked") // only values of V are put in
    @Nullable
    V get(long key) {
        int first = first(key);
        for (int at = first; at < first + WAYS; at++) {
            if (keys[at] == key && values[at] != null) {
                used[at] = ++clock;
                return (V) values[at];
            }
        }
        return null;
    }

    void put(long key, V value) {
        int first = first(key);
        int place = first;
        for (int at = first; at < first + WAYS; at++) {
            if (values[at] != null && keys[at] == key) {
                place = at;
                break;
            }
            if (used[at] < used[place]) {
                place = at;
            }
        }
        keys[place] = key;
        values[place] = value;
        used[place] = ++clock;
    }

    @SuppressWarnings("unchecked") // only values of V are put in
    void forEach(Consumer<V> action) {
        for (Object value : values) {
            if (value != null) {
                action.accept((V) value);
            }
        }
    }

    void clear() {
        Arrays.fill(values, null);
        Arrays.fill(used, 0);
    }

    private int first(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L; // Fibonacci hashing: ids follow each other closely
        return ((int) (mixed >>> 40) & mask) * WAYS;
    }
}
