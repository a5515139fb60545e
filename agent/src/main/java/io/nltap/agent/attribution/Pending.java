// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import org.jspecify.annotations.Nullable;

/** What was asked for, and may not be known yet. Looking at it makes no object. */
interface Pending<T> {

    /** Whether {@link #answer} will not change any more. */
    boolean isOver();

    /** Null while nobody knows, and for good when the search failed. */
    @Nullable
    T answer();

    /** What will never be known: nobody has time to look. */
    static <T> Pending<T> never() {
        return new Known<>(null);
    }

    static <T> Pending<T> of(T answer) {
        return new Known<>(answer);
    }

    /** What is known already. */
    record Known<T>(@Nullable T answer) implements Pending<T> {
        @Override
        public boolean isOver() {
            return true;
        }
    }
}
